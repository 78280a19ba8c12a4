package org.bounce4j.sendgrid;

import java.math.BigInteger;
import org.bouncycastle.math.ec.ECLookupTable;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointPreCompInfo;
import org.bouncycastle.math.ec.FixedPointUtil;

/**
 * Adds a multiple of the curve's base point and a multiple of one public key, by tables that are computed once for a key (Lim
 * and Lee, "More flexible exponentiation with precomputation", CRYPTO '94): both numbers are read in combs whose teeth are
 * added from the tables, and the doublings are shared. Not in constant time, which verification does not need: nothing in it
 * is secret. Immutable and thread-safe.
 */
final class JointComb {
    private final ECPoint infinity;
    private final FixedPointPreCompInfo base;
    private final FixedPointPreCompInfo key;
    private final int width;
    private final int teethApart;

    JointComb(ECPoint basePoint, ECPoint publicKey) {
        infinity = basePoint.getCurve().getInfinity();
        base = FixedPointUtil.precompute(basePoint);
        key = FixedPointUtil.precompute(publicKey);
        if (base.getWidth() != key.getWidth()) {
            throw new IllegalStateException("Expected tables of one width for points of one curve");
        }
        width = base.getWidth();
        teethApart = (FixedPointUtil.getCombSize(basePoint.getCurve()) + width - 1) / width;
    }

    /** Returns {@code baseTimes * basePoint + keyTimes * publicKey}; neither number is negative or above the curve's order. */
    ECPoint sum(BigInteger baseTimes, BigInteger keyTimes) {
        ECLookupTable baseTable = base.getLookupTable();
        ECLookupTable keyTable = key.getLookupTable();
        ECPoint sum = infinity;
        for (int tooth = teethApart - 1; tooth >= 0; tooth--) {
            sum = sum.twicePlus(baseTable.lookupVar(comb(baseTimes, tooth)))
                    .add(keyTable.lookupVar(comb(keyTimes, tooth)));
        }
        // the tables hold each point with an offset, so that none of them is the point at infinity
        return sum.add(base.getOffset()).add(key.getOffset());
    }

    /** Returns every teethApart-th bit, from the tooth on; the highest one first. */
    private int comb(BigInteger number, int tooth) {
        int bits = 0;
        for (int i = width - 1; i >= 0; i--) {
            bits = bits << 1 | (number.testBit(tooth + i * teethApart) ? 1 : 0);
        }
        return bits;
    }
}
