// The formats whose codes of four bits stand for values: the format's table holds 16 signed bytes (core/quant/codebook.h), of which a workgroup makes floats first.
#define HAS_CODEBOOK
shared float codebook[16];

void loadCodebook()
{
    if (gl_LocalInvocationIndex < 16) codebook[gl_LocalInvocationIndex] = float(int8_t(Bytes(formatTable).at[gl_LocalInvocationIndex]));
    barrier();
}

// Of the low nibbles of four bytes.
vec4 codebookValues(uint codes) { return vec4(codebook[codes & 15u], codebook[codes >> 8 & 15u], codebook[codes >> 16 & 15u], codebook[codes >> 24 & 15u]); }
