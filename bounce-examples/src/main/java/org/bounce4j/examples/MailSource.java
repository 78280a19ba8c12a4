package org.bounce4j.examples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Finds the mails that a path names: a file, an mbox, a directory of them, a maildir, or {@code -} for standard input.
 * Hidden files are skipped, and of a maildir everything but its mails.
 */
final class MailSource {
    private static final String STANDARD_INPUT = "-";

    private final BiConsumer<String, String> unreadable;
    private final Consumer<String> empty;

    /** Takes a mail with its name; the stream is at its first byte. */
    interface Reader {
        void read(String name, InputStream mail) throws IOException;
    }

    /**
     * Creates a source.
     *
     * @param unreadable is told what cannot be read, and why in words
     * @param empty is told a directory that holds no mails
     */
    MailSource(BiConsumer<String, String> unreadable, Consumer<String> empty) {
        this.unreadable = unreadable;
        this.empty = empty;
    }

    /** Returns the files behind the paths, those of a directory in the order of their names. */
    List<String> files(List<String> paths) {
        List<String> files = new ArrayList<>();
        for (String path : paths) {
            if (path.equals(STANDARD_INPUT)) {
                files.add(path);
                continue;
            }
            try {
                if (Files.isDirectory(Path.of(path))) {
                    List<String> inside = inside(Path.of(path));
                    if (inside.isEmpty()) {
                        empty.accept(path);
                    }
                    files.addAll(inside);
                } else {
                    files.add(path);
                }
            } catch (InvalidPathException e) {
                unreadable.accept(path, "not a path that this system can have");
            } catch (IOException e) {
                unreadable.accept(path, UnreadableFile.why(e));
            }
        }
        return files;
    }

    private List<String> inside(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Set<Path> maildirs = new HashSet<>();
        FileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                boolean beingWritten = isNamed(path, "tmp") && maildirs.contains(path.getParent());
                if (!path.equals(directory) && (Files.isHidden(path) || beingWritten)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (isMaildir(path)) {
                    maildirs.add(path);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                // the server's own lists lie beside the folders of a maildir
                boolean list = maildirs.contains(path.getParent());
                if (attributes.isRegularFile() && !Files.isHidden(path) && !list) {
                    found.add(path);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
                unreadable.accept(path.toString(), UnreadableFile.why(e));
                return FileVisitResult.CONTINUE;
            }
        };
        Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
        return found.stream().sorted().map(Path::toString).toList();
    }

    private static boolean isNamed(Path path, String name) {
        return path.getFileName() != null && path.getFileName().toString().equals(name);
    }

    private static boolean isMaildir(Path directory) {
        return Files.isDirectory(directory.resolve("cur")) && Files.isDirectory(directory.resolve("new"));
    }

    /** Reads each mail of a file. Of an mbox with several mails, their names end with {@code #1}, {@code #2} and so on. */
    void read(String file, int maxBytes, Reader reader) {
        try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(file))) {
            BufferedInputStream bytes = new BufferedInputStream(in);
            if (isMbox(file, bytes)) {
                new Mbox(bytes, maxBytes).read(file, reader);
            } else {
                reader.read(file, bytes);
            }
        } catch (IOException e) {
            unreadable.accept(file, UnreadableFile.why(e));
        }
    }

    /** A file that is named as one mail is one mail, even with the line of an mbox at its beginning. */
    private static boolean isMbox(String file, BufferedInputStream bytes) throws IOException {
        String name = file.toLowerCase(Locale.ROOT);
        return !name.endsWith(".eml") && !name.endsWith(".msg") && Mbox.begins(bytes);
    }
}
