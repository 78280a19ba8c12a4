package org.bounce4j.examples;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file cannot be read; the messages of the exceptions are mostly its name alone. */
public final class UnreadableFile {
    private UnreadableFile() {}

    /** Returns what to tell a person of a file that cannot be read. */
    public static String reason(String file, IOException e) {
        return "Cannot read " + file + ": " + why(e);
    }

    /** Returns in words why a file cannot be read. */
    public static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        if (e instanceof FileSystemLoopException) {
            return "its links go round in a circle";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
