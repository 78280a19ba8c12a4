package org.bounce4j.ses;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bounce4j.UnavailableException;
import org.bounce4j.VerificationException;

/** Reads certificates from a folder. */
final class DirectoryCertificateSource implements CertificateSource {
    private final Path directory;

    DirectoryCertificateSource(Path directory) {
        this.directory = directory;
    }

    @Override
    public byte[] fetch(URI url) {
        String path = url.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        try (InputStream file = Files.newInputStream(directory.resolve(name))) {
            return file.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new VerificationException(
                    "certificate: expected the file " + name + " in the folder of certificates, it is not there", e);
        } catch (IOException e) {
            throw new UnavailableException("certificate: cannot read " + name + " in the folder of certificates", e);
        }
    }
}
