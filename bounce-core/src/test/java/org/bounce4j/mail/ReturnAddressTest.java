package org.bounce4j.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnAddressTest {
    @ParameterizedTest
    @CsvSource({
        "bounces+jane=example.com@lists.example.org, bounces@lists.example.org, jane@example.com, true",
        "bounces+jane+tag=example.com@lists.example.org, bounces@lists.example.org, jane+tag@example.com, true",
        "bounces+a=b=example.com@lists.example.org, bounces@lists.example.org, a=b@example.com, true",
        "list-bounces+jean-paul=example.com@l.org, list-bounces@l.org, jean-paul@example.com, true",
        "list-owner-jane=example.com@lists.example.org, list-owner@lists.example.org, jane@example.com, true",
        "list-owner-jean-paul=example.com@l.org, list-owner@l.org, jean-paul@example.com, true",
        "list-return-42-jane=example.com@l.org, list-return-42@l.org, jane@example.com, true",
        "bounce-5899542-1206365-kijitora=example.jp@l.org, bounce-5899542-1206365@l.org, kijitora@example.jp, true",
        "bounces-john-2=example.com@l.org, bounces@l.org, john-2@example.com, true",
        "bounces-john-2-x=example.com@l.org, bounces@l.org, john-2-x@example.com, true",
        "news-jane=example.com@l.org, news@l.org, jane@example.com, false",
        "back-88213-jane.doe=example.com@l.org, back-88213@l.org, jane.doe@example.com, false",
        "bounces+1234567-ab12-jane=example.com@em.l.org, bounces+1234567-ab12@em.l.org, jane@example.com, true",
        "bounces+1234567-ab12-jean-paul=example.com@l.org, bounces+1234567-ab12@l.org, jean-paul@example.com, true",
        "bounce+8ee5b6.a1b2c3-jane=example.com@mg.l.org, bounce+8ee5b6.a1b2c3@mg.l.org, jane@example.com, true",
        "bounces+jean-paul=example.com@l.org, bounces@l.org, jean-paul@example.com, true",
        "bounces+1234567-anna-jane=example.com@l.org, bounces@l.org, 1234567-anna-jane@example.com, true",
        "bounces+8ee5b6.zzzzzz-jane=example.com@l.org, bounces@l.org, 8ee5b6.zzzzzz-jane@example.com, true",
        "bounces+2024-beef-club=example.com@l.org, bounces@l.org, 2024-beef-club@example.com, true",
        "bounces+decade.facade-jane=example.com@l.org, bounces@l.org, decade.facade-jane@example.com, true",
    })
    void undoesVerp(String address, String sender, String recipient, boolean clear) {
        assertThat(ReturnAddress.of(address)).isEqualTo(new ReturnAddress(sender, recipient, clear));
    }

    @ParameterizedTest
    @CsvSource({
        "prvs=190694bd6d=no-reply@example.org, no-reply@example.org",
        "PRVS=190694bd6d=no-reply@example.org, no-reply@example.org",
        "btv1==0123abc==bounces@example.org, bounces@example.org",
        "SRS0=HHH=TT=example.org=bounces@fwd.example.net, bounces@example.org",
        "srs0+HHH=TT=example.org=bounces@fwd.example.net, bounces@example.org",
        "SRS0-HHH=TT=example.org=bounces@fwd.example.net, bounces@example.org",
        "SRS1=GGG=fwd.example.net==HHH=TT=example.org=bounces@second.example, bounces@example.org",
        "SRS1=GGG=fwd.example.net=+HHH=TT=example.org=bounces@second.example, bounces@example.org",
        "SRS0=HHH=TT=example.org=prvs=190694bd6d=bounces@fwd.example.net, bounces@example.org",
        "prvs=190694bd6d=SRS0=HHH=TT=example.org=bounces@fwd.example.net, bounces@example.org",
    })
    void undoesForwardersAndTags(String address, String sender) {
        assertThat(ReturnAddress.of(address)).isEqualTo(new ReturnAddress(sender, null, false));
    }

    @Test
    void undoesVerpInsideOfForwarders() {
        assertThat(ReturnAddress.of("SRS0=HHH=TT=lists.example.org=bounces+jane=example.com@fwd.example.net"))
                .isEqualTo(new ReturnAddress("bounces@lists.example.org", "jane@example.com", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jane@example.com",
                "jane+tag@example.com",
                "jane=home@example.com",
                "jean-paul@example.com",
                "bounces+campaign=7@example.com",
                "bounces+=example.com@example.org",
                "=example.com@example.org",
                "my-good-news-jane-doe=example.com@l.org",
                "prvs=@example.org",
                "prvs=tag@example.org",
                "btv1==tag@example.org",
                "SRS0=HHH=TT=user@fwd.example.net",
                "SRS0=HHH=TT=nodots=user@fwd.example.net",
                "SRS1=HHH=fwd@fwd.example.net",
                "SRS1=HHH=fwd=@fwd.example.net",
                "SRS2=HHH=TT=example.org=user@fwd.example.net",
                "SRS0@x.y",
                "SRS@x.y",
                "SRS",
                "jane+caf_=bob=example.com@gmail.example",
                "news-2024-team=example.com@l.org",
                "news-jean-2000-paul=example.com@l.org",
                "",
                "@",
                "=@="
            })
    void leavesOtherAddressesAlone(String address) {
        ReturnAddress read = ReturnAddress.of(address);
        assertThat(read.sender()).isEqualTo(address);
        assertThat(read.recipient()).isNull();
    }

    @Test
    void answersAnything() {
        Random random = new Random(5);
        String[] bits = {"SRS0", "SRS1", "=", "==", "+", "-", "prvs=", "btv1==", "@", "a", "a.b", ".", "owner-", "7-"};
        for (int i = 0; i < 50_000; i++) {
            StringBuilder address = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                address.append(bits[random.nextInt(bits.length)]);
            }
            assertThat(ReturnAddress.of(address.toString()).sender()).isNotNull();
        }
        assertThat(ReturnAddress.of("prvs=a=".repeat(100_000) + "@b.c").recipient())
                .isNull();
    }
}
