package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.bounce4j.EmailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedReturnPathTest {
    private static final byte[] KEY = key(1);
    private static final UUID JANE = UUID.fromString("3d5a7e0c-3a35-4b6e-9a51-0c8f5d0a4a11");
    private static final UUID JOE = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID CAMPAIGN = UUID.fromString("9f86b50d-5711-41c8-ab03-bc91c43d711b");
    private static final SignedReturnPath BEHIND =
            SignedReturnPath.builder("bounces@example.org", KEY).build();
    private static final SignedReturnPath ALONE =
            SignedReturnPath.builder("@b.example.org", KEY).campaigns().build();

    private static byte[] key(int number) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return key;
    }

    private static EmailAddress address(String text) {
        return EmailAddress.of(text);
    }

    private static SignedReturnPath.Token read(SignedReturnPath path, String address) {
        SignedReturnPath.Token token = path.read(address);
        assertThat(token).as(address).isNotNull();
        return token;
    }

    @Test
    void carriesTheSubscriberBehindTheMailbox() {
        String address = BEHIND.address("jane@example.com", JANE);
        assertThat(address).matches("bounces\\+[0-9a-z]{50}@example\\.org");
        SignedReturnPath.Token token = read(BEHIND, address);
        assertThat(token.subscriber()).isEqualTo(JANE.toString());
        assertThat(token.campaign()).isNull();
        assertThat(token.vouchesFor(address("Jane@EXAMPLE.com"))).isTrue();
        assertThat(token.vouchesFor(address("joe@example.com"))).isFalse();
    }

    @Test
    void fillsTheLocalPartWithSubscriberAndCampaign() {
        String address = ALONE.address("jane@example.com", JANE, CAMPAIGN);
        assertThat(address).matches("[0-9a-z]{64}@b\\.example\\.org");
        SignedReturnPath.Token token = read(ALONE, address);
        assertThat(token.subscriber()).isEqualTo(JANE.toString());
        assertThat(token.campaign()).isEqualTo(CAMPAIGN.toString());
        assertThat(token.vouchesFor(address("jane@example.com"))).isTrue();
        assertThat(token.vouchesFor(address("jan@example.com"))).isFalse();
    }

    @Test
    void readsAMailWithoutACampaignOnTheSameDomain() {
        String address = ALONE.address("jane@example.com", JANE);
        assertThat(address).hasSize(50 + "@b.example.org".length());
        assertThat(read(ALONE, address).campaign()).isNull();
    }

    @Test
    void keepsItsFormSoThatAddressesOnTheirWayStayGood() {
        // computed with another HMAC; a change of the form must not lose the bounces of mails that were sent before it
        assertThat(BEHIND.address("jane@example.com", JANE))
                .isEqualTo("bounces+1j1sxkm3tw898stcn9ib4xb11ane3rdykwwy14iteyh0bazyz2@example.org");
        assertThat(ALONE.address("jane@example.com", JANE, CAMPAIGN))
                .isEqualTo("16c01juofmol37d04frt4ca060br0lohpr4sxxqp9dlko8ocxs6tdtsydafq9ayc@b.example.org");
    }

    @Test
    void readsEveryIdentifierInAnyCaseOfLetters() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            UUID subscriber = i == 0 ? new UUID(0, 0) : i == 1 ? new UUID(-1, -1) : random(random);
            UUID campaign = i == 0 ? new UUID(0, 0) : i == 1 ? new UUID(-1, -1) : random(random);
            String mailed = "user" + i + "@example.com";
            String full = ALONE.address(mailed, subscriber, campaign);
            String folded = i % 2 == 0 ? full.toUpperCase(Locale.ROOT) : mixed(full, random);
            assertThat(full.indexOf('@')).isEqualTo(SignedReturnPath.MAX_LOCAL_PART);
            SignedReturnPath.Token token = read(ALONE, folded);
            assertThat(token.subscriber()).isEqualTo(subscriber.toString());
            assertThat(token.campaign()).isEqualTo(campaign.toString());
            assertThat(token.vouchesFor(address(mailed))).isTrue();
            String shorter = BEHIND.address(mailed, subscriber);
            assertThat(read(BEHIND, mixed(shorter, random)).subscriber()).isEqualTo(subscriber.toString());
        }
    }

    private static UUID random(Random random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static String mixed(String text, Random random) {
        StringBuilder mixed = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            mixed.append(random.nextBoolean() ? Character.toUpperCase(c) : c);
        }
        return mixed.toString();
    }

    @Test
    void refusesEveryChangedCharacter() {
        for (SignedReturnPath path : List.of(BEHIND, ALONE)) {
            String address = path == ALONE
                    ? path.address("jane@example.com", JANE, CAMPAIGN)
                    : path.address("jane@example.com", JANE);
            int at = address.indexOf('@');
            int recipientTag = path == ALONE ? 6 : 12;
            for (int i = at - (path == ALONE ? 64 : 50); i < at; i++) {
                for (char c : new char[] {'0', 'a', 'z', '9'}) {
                    String changed = address.substring(0, i) + c + address.substring(i + 1);
                    if (changed.equals(address)) {
                        continue;
                    }
                    SignedReturnPath.Token token = path.read(changed);
                    if (token == null) {
                        continue;
                    }
                    // only the last digits are the recipient's signature alone: there the identifiers stay as they were
                    assertThat(i).isGreaterThanOrEqualTo(at - recipientTag - 1);
                    assertThat(token.subscriber()).isEqualTo(JANE.toString());
                    assertThat(token.vouchesFor(address("jane@example.com"))).isFalse();
                }
            }
        }
    }

    @Test
    void refusesWhatIsCutOrLonger() {
        String address = ALONE.address("jane@example.com", JANE, CAMPAIGN);
        int at = address.indexOf('@');
        for (int length = 0; length < at; length++) {
            assertThat(ALONE.read(address.substring(0, length) + address.substring(at)))
                    .isNull();
            assertThat(ALONE.read(address.substring(at - length))).isNull();
        }
        assertThat(ALONE.read("0" + address)).isNull();
        assertThat(ALONE.read("+" + address.substring(1))).isNull();
        assertThat(ALONE.read("-" + address.substring(1))).isNull();
        assertThat(ALONE.read("z".repeat(64) + "@b.example.org")).isNull();
        assertThat(ALONE.read("")).isNull();
        assertThat(ALONE.read("@")).isNull();
    }

    @Test
    void refusesDigitsThatAreNoneInAscii() {
        String address = BEHIND.address("jane@example.com", JANE);
        // KELVIN SIGN, whose lower case is k, and a full-width digit, which BigInteger would take
        for (char other : new char[] {'\u212a', '\uff11', '\u0661'}) {
            for (int i = "bounces+".length(); i < address.indexOf('@'); i++) {
                String changed = address.substring(0, i) + other + address.substring(i + 1);
                assertThat(BEHIND.read(changed)).isNull();
            }
        }
        assertThat(BEHIND.read(address.replace("bounces", "bounce\u017f"))).isNull();
    }

    @Test
    void refusesPartsOfTwoTokensPutTogether() {
        String jane = ALONE.address("jane@example.com", JANE, CAMPAIGN);
        String joe = ALONE.address("joe@example.com", JOE, CAMPAIGN);
        for (int i = 1; i < 64; i++) {
            SignedReturnPath.Token token = ALONE.read(jane.substring(0, i) + joe.substring(i));
            if (token != null) {
                assertThat(token.subscriber()).isEqualTo(i < 32 ? JOE.toString() : JANE.toString());
                assertThat(token.vouchesFor(address("joe@example.com"))
                                && token.subscriber().equals(JANE.toString()))
                        .isFalse();
            }
        }
        // byte by byte too: identifiers of the one, signatures of the other
        byte[] a = bytes(jane);
        byte[] b = bytes(joe);
        for (int from = 0; from < 41; from++) {
            for (int to = from + 1; to <= 41; to++) {
                byte[] spliced = a.clone();
                System.arraycopy(b, from, spliced, from, to - from);
                SignedReturnPath.Token token = ALONE.read(address(spliced));
                if (token != null && token.subscriber().equals(JANE.toString())) {
                    assertThat(token.vouchesFor(address("joe@example.com"))).isFalse();
                } else if (token != null) {
                    assertThat(token.vouchesFor(address("jane@example.com"))).isFalse();
                }
                boolean idsOfOne = from >= 37 || to <= 0 || from == 0 && to >= 37;
                assertThat(token != null).as("%s to %s", from, to).isEqualTo(idsOfOne || sameIds(a, b, spliced));
            }
        }
    }

    /** The campaign is the same in both, and so are bytes by chance: identifiers and their signature may be those of one. */
    private static boolean sameIds(byte[] a, byte[] b, byte[] spliced) {
        return Arrays.equals(a, 0, 37, spliced, 0, 37) || Arrays.equals(b, 0, 37, spliced, 0, 37);
    }

    private static byte[] bytes(String address) {
        byte[] magnitude = new BigInteger(address.substring(0, 64), 36).toByteArray();
        byte[] bytes = new byte[41];
        int count = Math.min(41, magnitude.length);
        System.arraycopy(magnitude, magnitude.length - count, bytes, 41 - count, count);
        return bytes;
    }

    private static String address(byte[] token) {
        String digits = new BigInteger(1, token).toString(36);
        return "0".repeat(64 - digits.length()) + digits + "@b.example.org";
    }

    @Test
    void refusesAnotherKeyMailboxSeparatorOrDomain() {
        String address = BEHIND.address("jane@example.com", JANE);
        assertThat(SignedReturnPath.builder("bounces@example.org", key(2))
                        .build()
                        .read(address))
                .isNull();
        SignedReturnPath elsewhere =
                SignedReturnPath.builder("bounces@example.net", KEY).build();
        assertThat(elsewhere.read(address)).isNull();
        assertThat(elsewhere.read(address.replace("example.org", "example.net")))
                .isNull();
        SignedReturnPath returns =
                SignedReturnPath.builder("returns@example.org", KEY).build();
        assertThat(returns.read(address.replace("bounces+", "returns+"))).isNull();
        SignedReturnPath hyphen = SignedReturnPath.builder("bounces@example.org", KEY)
                .separator('-')
                .build();
        assertThat(hyphen.read(address.replace('+', '-'))).isNull();
        assertThat(read(hyphen, hyphen.address("jane@example.com", JANE)).subscriber())
                .isEqualTo(JANE.toString());
    }

    @Test
    void readsOldAndNewKeysAndSignsWithTheFirst() {
        SignedReturnPath old = BEHIND;
        SignedReturnPath rotated = SignedReturnPath.builder("bounces@example.org", key(2))
                .alsoAccept(KEY)
                .build();
        SignedReturnPath later =
                SignedReturnPath.builder("bounces@example.org", key(2)).build();
        String before = old.address("jane@example.com", JANE);
        String after = rotated.address("jane@example.com", JANE);
        assertThat(read(rotated, before).vouchesFor(address("jane@example.com")))
                .isTrue();
        assertThat(read(rotated, after).vouchesFor(address("jane@example.com"))).isTrue();
        assertThat(later.read(before)).isNull();
        assertThat(later.read(after)).isNotNull();
        assertThat(old.read(after)).isNull();
    }

    @Test
    void takesNoGuessOfASignature() {
        Random random = new Random(3);
        List<String> taken = new ArrayList<>();
        byte[] token = bytes(ALONE.address("jane@example.com", JANE, CAMPAIGN));
        for (int i = 0; i < 20_000; i++) {
            byte[] guess = token.clone();
            for (int at = 32; at < 37; at++) {
                guess[at] = (byte) random.nextInt(256);
            }
            if (!Arrays.equals(guess, token) && ALONE.read(address(guess)) != null) {
                taken.add(address(guess));
            }
        }
        assertThat(taken).isEmpty();
    }

    @Test
    void refusesWhatDoesNotFitWithTheArithmetic() {
        assertThatThrownBy(() -> SignedReturnPath.builder("bounces@example.org", KEY)
                        .campaigns()
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 64 octets")
                .hasMessageContaining("got 72: 8 of \"bounces+\" and 64 of the token")
                .hasMessageContaining("@bounces.example.org");
        assertThatThrownBy(() -> SignedReturnPath.builder("return-address@example.org", KEY)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 65: 15 of \"return-address+\" and 50 of the token")
                .hasMessageContaining("at most 13 octets");
        String longest = "mail-returned"; // 13
        String fitting =
                SignedReturnPath.builder(longest + "@example.org", KEY).build().address("jane@example.com", JANE);
        assertThat(fitting.indexOf('@')).isEqualTo(64);
        String label = "a".repeat(63) + '.';
        assertThatThrownBy(() -> SignedReturnPath.builder('@' + label.repeat(3) + "example", KEY)
                        .campaigns()
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 254 octets")
                .hasMessageContaining("got 264: 64 before the @ and 199");
        assertThatThrownBy(() -> BEHIND.address("jane@example.com", JANE, CAMPAIGN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("campaigns()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bounces",
                "example.org",
                "bounces@",
                "@",
                "",
                "b\u00fcnces@example.org",
                "bounces@ex\u00e4mple.org",
                "bo unces@example.org",
                ".b@example.org",
                "b..c@example.org",
                "\"b\"@example.org",
                "b@.example.org",
                "b@example.org."
            })
    void refusesAMailboxThatIsNone(String mailbox) {
        assertThatThrownBy(() -> SignedReturnPath.builder(mailbox, KEY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("@bounces.example.org");
    }

    @Test
    void refusesWeakKeysAndSaysNothingOfAKey() {
        byte[] weak = "correct horse battery".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> SignedReturnPath.builder("b@example.org", weak))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32")
                .hasMessageContaining("got 21")
                .hasMessageNotContaining("horse");
        SignedReturnPath.Builder builder = SignedReturnPath.builder("b@example.org", KEY);
        for (int i = 2; i <= 8; i++) {
            builder.alsoAccept(key(i));
        }
        assertThatThrownBy(() -> builder.alsoAccept(key(9))).hasMessageContaining("at most 8 keys");
        assertThat(BEHIND.toString()).isEqualTo("SignedReturnPath[bounces+<token>@example.org, 1 keys]");
    }

    @Test
    void keepsNoReferenceToTheHostsKey() {
        byte[] mine = KEY.clone();
        SignedReturnPath path =
                SignedReturnPath.builder("bounces@example.org", mine).build();
        Arrays.fill(mine, (byte) 0);
        assertThat(path.address("jane@example.com", JANE)).isEqualTo(BEHIND.address("jane@example.com", JANE));
    }

    @ParameterizedTest
    @CsvSource({"+", "-", "_", "=", "."})
    void readsItsOwnAddressesWhateverTheSeparator(char separator) {
        SignedReturnPath path = SignedReturnPath.builder("Bounces@Example.ORG", KEY)
                .separator(separator)
                .build();
        String address = path.address("jane@example.com", JANE);
        assertThat(address).startsWith("bounces" + separator).endsWith("@example.org");
        assertThat(read(path, address).subscriber()).isEqualTo(JANE.toString());
        assertThat(ReturnAddress.unwrap(address)).isEqualTo(address);
    }

    @Test
    void refusesASeparatorThatATokenCouldContain() {
        assertThatThrownBy(() -> SignedReturnPath.builder("b@example.org", KEY).separator('x'))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
