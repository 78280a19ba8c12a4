/**
 * Tells what a mail is and whom it is about: one small file per format of bounce mail; adding one touches only the list in
 * {@code Detectors}.
 *
 * <p>{@code Message} wraps the mail, {@code Detectors} asks one {@code Detector} after the other, and the first one that knows
 * the format answers with a {@code Finding}, which holds a {@code Failure} for each recipient:
 *
 * <ol>
 *   <li>Parts and fields of a standard: {@code FeedbackReport}, {@code JunkMailReport}, {@code DeliveryStatusReport}, the same
 *       fields in a text or file ({@code InlineStatusReport}), {@code DispositionNotification}.
 *   <li>Reports that hang on another mail, or are quoted in one: {@code WrappedReport}, which asks the detectors of reports and
 *       notices again.
 *   <li>Forms of one sender each: {@code SesNotification}, {@code SpamCopReport}, {@code XarfReport}.
 *   <li>Words: {@code ComplaintInWords} and {@code ReadReceipt}, then {@code TextNotice}, which looks for the mailers of
 *       {@code dialects.txt} and last for mail systems that nobody knows; behind it programs that are called like no mail
 *       system, {@code RelayedReply} and {@code FilterNotice}.
 *   <li>{@code AutoReply} last: servers mark their bounces as automatic answers too.
 * </ol>
 *
 * <p>What stands in words is read in steps. {@code NoticeText} cuts the notice where the returned message begins,
 * {@code Mentions} finds the addresses in it, {@code TextReport} what was said of each, {@code Waiting} who is still being
 * tried. {@code Hearsay} doubts what other mails than notices say of failures.
 */
@NullMarked
package org.bounce4j.internal.detect;

import org.jspecify.annotations.NullMarked;
