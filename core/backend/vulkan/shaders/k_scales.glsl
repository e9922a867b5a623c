// Scale and minimum of a group of Q4_K and Q5_K, whose blocks begin with d f16, dmin f16 and 12 bytes of six-bit numbers: the first four groups' lie in six bits of
// bytes 0 … 7, the others' in the nibbles of bytes 8 … 11 and the upper bits of those.
uvec2 scaleOf(Words p, uint group)
{
    if (group < 4) return uvec2(byteOfWords(p, 4 + group), byteOfWords(p, 8 + group)) & 63u;
    const uint low = byteOfWords(p, 8 + group); // 12 + group − 4
    return uvec2(low & 15u | byteOfWords(p, group) >> 6 << 4, low >> 4 | byteOfWords(p, 4 + group) >> 6 << 4);
}
