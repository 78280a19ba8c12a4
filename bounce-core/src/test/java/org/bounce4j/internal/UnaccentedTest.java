package org.bounce4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnaccentedTest {
    @Test
    void writesWithoutAccentsAndSpelledOut() {
        assertThat(Unaccented.forms(List.of("empfänger", "ungültig")))
                .containsExactly(List.of("empfanger", "ungultig"), List.of("empfaenger", "ungueltig"));
        assertThat(Unaccented.forms(List.of("boîte pleine"))).containsExactly(List.of("boite pleine"));
        assertThat(Unaccented.forms(List.of("użytkownik nie działa")))
                .containsExactly(List.of("uzytkownik nie dziala"));
        assertThat(Unaccented.forms(List.of("zu groß", "kullanıcı", "bị khóa", "møde")))
                .containsExactly(
                        List.of("zu gross", "kullanici", "bi khoa", "mode"),
                        List.of("zu gross", "kullanici", "bi khoa", "moede"));
    }

    @Test
    void leavesOtherScriptsAlone() {
        assertThat(Unaccented.forms(List.of("mailbox full"))).isEmpty();
        assertThat(Unaccented.forms(List.of("почтовый ящик", "άγνωστος", "宛先"))).isEmpty();
    }
}
