package org.bounce4j.internal.detect;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.bounce4j.internal.PhraseMatcher;

/** The words around an address by which a notice says whose it is: of who failed, of the sender, of whom to ask. */
final class AddressWords {
    /** What a label must hold to name a recipient. */
    static final PhraseMatcher RECIPIENT_LABELS = new PhraseMatcher(List.of(
            "recipient",
            "rcpt",
            "address",
            "user",
            "mailbox",
            "failed",
            "undeliverable",
            "undelivered",
            "to",
            "account",
            "not delivered",
            "unknown host",
            "destinat",
            "empfänger",
            "получател",
            "收件人",
            "宛先",
            "あて先",
            "受信者",
            "받는",
            "수신",
            "ontvanger",
            "mottagare",
            "modtager",
            "odbiorca",
            "odbiorcy",
            "alıcı",
            "vastaanottaja",
            "mottaker",
            "příjemc",
            "príjemc",
            "primatelj",
            "prejemnik",
            "címzett",
            "отримувач",
            "одержувач",
            "παραλήπτη",
            "người nhận",
            "penerima",
            "ผู้รับ",
            "zugestellt an",
            "remis à",
            "entregado a",
            "entregue a",
            "recapitato a"));

    /** The sender in other languages: whoever is called so has not failed. */
    private static final List<String> SENDERS = List.of(
            "absender",
            "afzender",
            "avsändare",
            "afsender",
            "avsender",
            "lähettäjä",
            "expéditeur",
            "expediteur",
            "remitente",
            "remetente",
            "mittente",
            "expeditor",
            "nadawca",
            "odesílatel",
            "odosielateľ",
            "pošiljatelj",
            "pošiljalac",
            "feladó",
            "gönderen",
            "отправител",
            "відправник",
            "подател",
            "αποστολέας",
            "người gửi",
            "pengirim",
            "ผู้ส่ง",
            "差出人",
            "送信者",
            "送信元",
            "发件人",
            "发信人",
            "寄件者",
            "寄件人",
            "보낸",
            "발신");

    /** Where to leave a list: fixture advertisement-of-failures.eml. */
    private static final List<String> LEAVING = List.of(
            "unsubscribe",
            "abmelden",
            "austragen",
            "désabonner",
            "désinscri",
            "darse de baja",
            "cancelar inscri",
            "disiscri",
            "afmelden",
            "avregistrera",
            "wypisz",
            "отписаться",
            "配信停止",
            "退订");

    /** A new address in other languages, as a label, in a sentence, or above it. Fixture new-address-polish.eml */
    private static final List<String> NEW_TRANSLATED = List.of(
            "nowy adres",
            "nowy adres e-mail",
            "nowy adres to",
            "nya adress",
            "nya adress är",
            "nye adresse",
            "nye adresse er",
            "ny adress",
            "ny adresse",
            "nová adresa",
            "nova adresa",
            "yeni adres",
            "új cím",
            "новый адрес",
            "нова адреса",
            "新しいアドレス",
            "新地址",
            "新邮箱");

    /** Words before an address that is not the one that failed. */
    private static final PhraseMatcher OTHERS = new PhraseMatcher(Stream.of(
                    SENDERS,
                    NEW_TRANSLATED,
                    List.of(
                            "contact ",
                            "kontakt",
                            "contacte",
                            "wenden sie sich",
                            "moved to",
                            "new address",
                            "neue adresse",
                            "nouvelle adresse",
                            "nueva dirección",
                            "nuovo indirizzo",
                            "please use",
                            "write to",
                            "instead",
                            "hello",
                            "e.g.",
                            "for example",
                            "such as",
                            "looks like",
                            "valid address",
                            "mailto",
                            "e-mail to post",
                            "mail us",
                            "questions",
                            "toute question",
                            "bei fragen",
                            "rückfragen",
                            "consultas",
                            "per informazioni",
                            "dúvidas",
                            "vragen"))
            .flatMap(List::stream)
            .toList());

    /** What a line ends with above whoever wrote; who answered or refused is none of them: fixture answer-from.eml */
    private static final WordList WRITTEN_FROM =
            WordList.of(List.of(" you from", "mail from", " message from", " messages from", " sent from"));

    /** What a line ends with above where to write instead; fixture new-address-below.eml */
    private static final WordList NEW_ADDRESS = WordList.of(Stream.of(
                    NEW_TRANSLATED,
                    List.of(
                            "of the form",
                            "new address is",
                            "new address",
                            "new e-mail address is",
                            "new e-mail address",
                            "new email address is",
                            "new email address",
                            "forwarding address is",
                            "forwarding address",
                            "neue adresse ist",
                            "neue adresse lautet",
                            "neue adresse",
                            "neue e-mail-adresse",
                            "neue e-mail-adresse lautet",
                            "nouvelle adresse est",
                            "nouvelle adresse",
                            "nueva dirección es",
                            "nueva dirección",
                            "nuovo indirizzo è",
                            "nuovo indirizzo",
                            "novo endereço é",
                            "novo endereço",
                            "nieuwe adres is",
                            "nieuwe adres"))
            .flatMap(List::stream)
            .toList());

    /** What a line ends with that asks somebody to write to one or another; fixture list-of-house.eml */
    private static final WordList OR_TO = WordList.of(List.of(" or to", " or", " oder", " oder an", " ou", " ou à"));

    private static final PhraseMatcher TO_LEAVE = new PhraseMatcher(LEAVING);

    /** What a label must not hold. */
    static final PhraseMatcher OTHER_LABELS = new PhraseMatcher(Stream.of(
                    SENDERS,
                    LEAVING,
                    List.of(
                            "from",
                            "sender",
                            "reply",
                            "new address",
                            "new e-mail",
                            "new email",
                            "neue adresse",
                            "neue e-mail",
                            "nouvelle adresse",
                            "nueva dirección",
                            "nuovo indirizzo",
                            "novo endereço",
                            "nieuwe adres",
                            "новый адрес",
                            // not the one of "account" and "access"
                            "cc:",
                            " by:",
                            "contact",
                            "return-path",
                            "message-id",
                            "message id",
                            "http",
                            "help",
                            "envelope-from",
                            "postmaster",
                            "subject",
                            "question",
                            "date"))
            .flatMap(List::stream)
            .toList());

    /** Who greets somebody does not speak of them. */
    private static final List<String> GREETINGS =
            List.of("hello ", "dear ", "hi ", "hallo ", "bonjour ", "hola ", "guten tag ", "sehr geehrte");

    /** Words of a sentence that is about a delivery that failed. */
    static final PhraseMatcher FAILURE_WORDS = new PhraseMatcher(List.of(
            "deliver",
            "fail",
            "reject",
            "not found",
            "unknown",
            "could not",
            "couldn't",
            "cannot",
            "can't",
            "unable",
            "not exist",
            "not defined in",
            "doesn't exist",
            "full",
            "quota",
            "bounce",
            "returned",
            "disabled",
            "unavailable",
            "not reach",
            "no longer",
            "addressed",
            "expired",
            "delayed",
            "postponed",
            "did not",
            "invalid",
            "error",
            "non remis",
            "n'a pas pu",
            "no se ha podido",
            "nicht zugestellt",
            "nicht zustellbar",
            "existiert nicht",
            "n'existe pas",
            "no existe",
            "não existe",
            "non esiste",
            "desconocid",
            "inconnu",
            "unbekannt",
            "no se pudo",
            "konnte nicht",
            "non è stato",
            "не может",
            "не доставлено",
            "不存在",
            "退信",
            "拒",
            "エラー",
            "送信できません",
            "配信できません",
            "失敗",
            "violation",
            "unzustellbar",
            "konnte leider nicht",
            "n'est pas",
            "no pudo",
            "non ha potuto",
            "nepodařilo",
            "kunde inte",
            "было доставлено",
            "не смогли",
            "не удалось",
            "届きません",
            "无法",
            "duplicated message",
            "rcpt to"));

    /**
     * The names of the field From, or its like in a log, which must stand alone before their colon: they are short, or mean more
     * than that. Names that are words for the sender, {@link #SENDERS} holds: those may stand anywhere.
     */
    private static final Set<String> FROM = Set.of(
            "from",
            "mail_from",
            "mail-from",
            "sender",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "od",
            "от",
            "від",
            "από",
            "kimden",
            "nguồn",
            "dari",
            "จาก",
            "מאת",
            "من");

    private static final int LONGEST_FIELD = 12;

    /** Words that end before the address of somebody who wrote a message. */
    private static final WordList WRITTEN_BY = WordList.of(List.of(
            "message from",
            "mail from",
            "nachricht von",
            "mail von",
            "message de",
            "courriel de",
            "mensaje de",
            "correo de",
            "mensagem de",
            "messaggio di",
            "messaggio da",
            "bericht van",
            "wiadomość od",
            "письмо от",
            "сообщение от"));

    /** What stands right before the address of somebody who has not failed. */
    private static final WordList BEFORE_OTHERS = WordList.of(
            List.of("from", "from:", "from <", "from:<", "from: <", "sender", "sender <", "contact", " by", " by:"));

    /** What 551 says before where to write instead (RFC 5321, section 3.4), and others with it; fixture moved-in-reply.eml. */
    private static final WordList FORWARDED_TO = WordList.of(List.of(
            "please try",
            "; try",
            ", try",
            "or try",
            "bitte versuchen sie",
            "; versuchen sie",
            "; probeer",
            "; provare",
            "; pruebe",
            "; intente",
            "por favor intente",
            "; essayez",
            "; tente"));

    /** Local parts of those who answer questions. */
    private static final Set<String> OFFICES = Set.of(
            "postmaster",
            "helpdesk",
            "help",
            "support",
            "abuse",
            "hostmaster",
            "servicedesk",
            "admin",
            "webmaster",
            "mailman",
            "listmaster");

    /** Ends of local parts of list servers. */
    private static final WordList COMMANDS =
            WordList.of(List.of("-ctl", "-request", "-subscribe", "-unsubscribe", "-join", "-leave", "-help"));

    /** The names of the field To, which must stand alone before their colon: they are short. */
    private static final Set<String> TO =
            Set.of("an", "à", "a", "para", "per", "voor", "aan", "till", "til", "do", "komu", "кому", "для");

    private AddressWords() {}

    /** Returns whether a label is the name of the field To in another language: {@code An:}. Fixture to-in-german.eml */
    static boolean isTo(String label) {
        return TO.contains(label.strip().toLowerCase(Locale.ROOT));
    }

    /** Returns whether a line greets somebody, of whom it does not speak then. */
    static boolean isGreeting(String text, int start) {
        for (String greeting : GREETINGS) {
            if (text.regionMatches(true, start, greeting, 0, greeting.length())) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether words end with whom to ask, and leave the address to the next line: {@code Contact the administrator at}. */
    private static boolean asksToContact(String words) {
        return (words.endsWith(" at") || words.endsWith("contact"))
                && words.contains("contact")
                && !words.contains("not contact")
                && !words.contains("unable to contact");
    }

    /** Returns whether a line ends before the address of somebody who has not failed, which the next line holds. */
    static boolean endsBeforeOther(String line) {
        String words = line.strip().toLowerCase(Locale.ROOT);
        String before = words.endsWith(":") ? words.substring(0, words.length() - 1) : words;
        return asksToContact(before)
                // Mailman's moderators, of whom to ask; fixture mailman-rejected.eml
                || before.equals("at")
                || Sentences.endAskedToSend(before)
                || NEW_ADDRESS.ends(before)
                || OR_TO.ends(before) && OTHERS.isAnyIn(before)
                // the report of PP, above the message's identifier; fixture pp-report-with-id.eml
                || before.startsWith("this report relates to your message")
                || !before.endsWith("error message from") && WRITTEN_FROM.ends(before);
    }

    /** Returns whether a line asks to write to somebody, as the last lines of a notice do. */
    static boolean asksToReply(String line) {
        return line.regionMatches(true, 0, "please reply to ", 0, 16)
                || line.regionMatches(true, 0, "please contact ", 0, 15);
    }

    /** Returns whether an address is that of those whom to ask, and not of who failed. */
    static boolean isOffice(String key) {
        String local = key.substring(0, key.lastIndexOf('@'));
        return OFFICES.contains(local) || local.endsWith("-owner") || local.startsWith("owner-");
    }

    /**
     * Returns whether an address is where a list server takes commands, which its notices tell. Whoever has mailed it stands in
     * the returned mail.
     */
    static boolean isCommand(String key) {
        return COMMANDS.ends(key, key.lastIndexOf('@'));
    }

    /**
     * Returns whether the words before an address are the field From, in whatever language, or its like in a log: {@code Von:},
     * {@code from=<}. Fixtures from-in-log-line.eml, from-in-german.eml
     */
    private static boolean isFrom(String before) {
        int end = before.length();
        while (end > 0 && "<\" \t".indexOf(before.charAt(end - 1)) >= 0) {
            end--;
        }
        if (end == 0 || ":=：".indexOf(before.charAt(end - 1)) < 0) {
            return false;
        }
        end = NoticeText.trimSpace(before, 0, end - 1);
        int start = end;
        while (start > 0 && end - start <= LONGEST_FIELD && isNamed(before.charAt(start - 1))) {
            start--;
        }
        // not "das Postfach von: "; fixture mailbox-of-german.eml
        int last = NoticeText.trimSpace(before, 0, start) - 1;
        boolean alone = last < 0 || !Character.isLetterOrDigit(before.charAt(last));
        return alone && FROM.contains(before.substring(start, end));
    }

    /** Returns whether a word is the name of the field From or of a sender, in whatever language. */
    static boolean isSender(String word) {
        return FROM.contains(word) || SENDERS.contains(word);
    }

    /** Returns whether words begin with the word for a sender. */
    static boolean isSenderLabel(String words) {
        String label = words.strip();
        for (String sender : SENDERS) {
            if (label.startsWith(sender)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamed(char c) {
        return Character.isLetter(c) || c == '_' || c == '-';
    }

    /** Returns whether the words before an address say that it is the one who wrote the message. */
    private static boolean isWriter(String before) {
        return isFrom(before) || WRITTEN_BY.ends(before);
    }

    /** Returns whether the words before an address say that it is the one who wrote the message, or who refused it. */
    static boolean isAgent(String before) {
        return isWriter(before) || before.endsWith(" by");
    }

    /** Returns whether the words before an address say that it is not the one that failed. */
    static boolean isOther(String before) {
        return BEFORE_OTHERS.ends(before)
                || isForwardedTo(before)
                || isWriter(before)
                || isMessageId(before)
                || OTHERS.isAnyIn(before)
                || TO_LEAVE.isAnyIn(unquoted(before));
    }

    /** Returns words without what they quote: a subject says nothing of the address behind it. Fixture subject-asks-to-leave.eml */
    private static String unquoted(String words) {
        int from = words.indexOf('"');
        int to = words.lastIndexOf('"');
        return from == to ? words : words.substring(0, from) + words.substring(to + 1);
    }

    /** Returns whether words in lower case end before an address that is to be tried instead. */
    static boolean isForwardedTo(String before) {
        String stripped = before.stripTrailing();
        String words = stripped.endsWith("<")
                ? stripped.substring(0, stripped.length() - 1).stripTrailing()
                : stripped;
        return FORWARDED_TO.ends(words) || NEW_ADDRESS.ends(words);
    }

    /** {@code Message-ID: <}, behind which stands what looks like an address; fixture x400-gateway.eml. */
    private static boolean isMessageId(String before) {
        int colon = before.lastIndexOf(':');
        String name = colon < 0 ? "" : before.substring(0, colon).stripTrailing();
        String between = colon < 0 ? "" : before.substring(colon + 1).strip();
        return (name.endsWith("message-id") || name.endsWith("message id"))
                && (between.isEmpty() || between.equals("<"));
    }
}
