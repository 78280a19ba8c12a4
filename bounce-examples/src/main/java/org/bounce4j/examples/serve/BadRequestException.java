package org.bounce4j.examples.serve;

/** Says what is wrong with a request to the API; its text is the answer. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
