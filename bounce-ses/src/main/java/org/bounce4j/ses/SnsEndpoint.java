package org.bounce4j.ses;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one place in the world that serves the certificates and confirmations of a topic, derived from the topic's ARN: the
 * message has no say in it.
 */
final class SnsEndpoint {
    private static final Map<String, String> SUFFIXES = Map.of(
            "aws", "amazonaws.com",
            "aws-cn", "amazonaws.com.cn",
            "aws-us-gov", "amazonaws.com",
            "aws-iso", "c2s.ic.gov",
            "aws-iso-b", "sc2s.sgov.gov",
            "aws-iso-e", "cloud.adc-e.uk",
            "aws-iso-f", "csp.hci.ic.gov",
            "aws-eusc", "amazonaws.eu");

    /** The regions whose certificates name the region's own {@code sns-signing} host. */
    private static final Set<String> SIGNING_HOST = Set.of(
            "ap-east-1",
            "ap-east-2",
            "ap-south-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "me-south-1",
            "me-central-1",
            "eu-south-1",
            "eu-south-2",
            "eu-central-2",
            "af-south-1",
            "il-central-1",
            "ca-west-1",
            "mx-central-1",
            "eusc-de-east-1",
            "eu-isoe-west-1");

    /** The regions of the {@code aws} partition that are known to have certificates for {@code sns.amazonaws.com}. */
    private static final Set<String> COMMON_HOST = Set.of(
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "ca-central-1",
            "sa-east-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "eu-central-1",
            "eu-north-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2");

    private final String base;
    private final List<String> certificateNames;

    private SnsEndpoint(String partition, String region, String suffix) {
        base = "https://sns." + region + "." + suffix;
        certificateNames = certificateNames(partition, region, suffix);
    }

    static SnsEndpoint of(String topicArn) {
        String[] fields = topicArn.split(":", -1);
        String suffix = fields.length == 6 && fields[0].equals("arn") && fields[2].equals("sns")
                ? SUFFIXES.get(fields[1])
                : null;
        if (suffix == null || !isRegion(fields[3]) || !isAccount(fields[4]) || !isName(fields[5])) {
            String hint = topicArn.indexOf(',') >= 0
                    ? "; give several topics as several arguments"
                    : fields.length == 7 ? "; that of a subscription has another part behind the topic's name" : "";
            throw new IllegalArgumentException(
                    "Expected the ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:bounces, got "
                            + topicArn + hint);
        }
        return new SnsEndpoint(fields[1], fields[3], suffix);
    }

    private static boolean isRegion(String region) {
        return region.length() >= 3
                && region.length() <= 32
                && region.indexOf('-') > 0
                && !region.startsWith("s3")
                && region.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }

    private static boolean isAccount(String account) {
        return account.length() == 12 && account.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 256
                && name.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || c == '-'
                                || c == '_'
                                || c == '.');
    }

    /** Returns scheme and host, without a slash at the end. */
    String base() {
        return base;
    }

    /** Returns the names of which the signing certificate must bear one. */
    List<String> certificateNames() {
        return certificateNames;
    }

    private static List<String> certificateNames(String partition, String region, String suffix) {
        String common = "sns." + suffix;
        String signing = "sns-signing." + region + "." + suffix;
        if (SIGNING_HOST.contains(region) || partition.equals("aws-iso-f")) {
            return List.of(signing);
        }
        return switch (partition) {
            case "aws" -> COMMON_HOST.contains(region) ? List.of(common) : List.of(common, signing);
            case "aws-us-gov" -> List.of("sns-us-gov-west-1.amazonaws.com");
            case "aws-cn", "aws-iso", "aws-iso-b" -> List.of("sns-" + region + "." + suffix);
            default -> List.of(common, signing);
        };
    }
}
