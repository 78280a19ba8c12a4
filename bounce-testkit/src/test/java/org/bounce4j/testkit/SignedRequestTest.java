package org.bounce4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignedRequestTest {
    private final byte[] bytes = "{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.UTF_8);
    private final SignedRequest request = new SignedRequest(bytes, Map.of("X-One", "1", "X-Two", "2"));

    @Test
    void findsAHeaderWhateverItsCase() {
        for (String name : new String[] {"X-One", "x-one", "X-ONE"}) {
            assertThat(request.header(name)).isEqualTo("1");
            assertThat(request.headers()).containsEntry(name, "1");
        }
        assertThat(request.header("X-Three")).isNull();
    }

    @Test
    void isNotChangedByWhatIsDoneToItsPartsAndCopies() {
        bytes[0] = 'x';
        request.body()[0] = 'x';
        request.headers().clear();
        SignedRequest other = request.withBody(new byte[] {'y'})
                .withHeader("x-one", "other")
                .withHeader("X-TWO", null)
                .withHeader("X-Three", "3");
        assertThat(request.text()).isEqualTo("{\"a\":\"\u00e4\"}");
        assertThat(request.headers()).isEqualTo(Map.of("X-One", "1", "X-Two", "2"));
        assertThat(other.text()).isEqualTo("y");
        assertThat(other.headers()).isEqualTo(Map.of("X-One", "other", "X-Three", "3"));
    }
}
