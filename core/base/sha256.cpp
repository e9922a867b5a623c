#include "core/base/sha256.h"

#include "core/base/cpu_features.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define CORRAL_SHA_NI 1
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace corral {

namespace {

// FIPS 180-4 § 4.2.2 and § 5.3.3.
alignas(16) constexpr std::array<std::uint32_t, 64> kRound{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
    0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
    0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
    0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
constexpr std::array<std::uint32_t, 8> kStart{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

} // namespace

Sha256::Sha256() : m_state(kStart), m_rest{} {}

void Sha256::plainRounds(Words& state, const std::byte* data, std::size_t blocks)
{
    for (; blocks > 0; --blocks, data += kBlock) {
        std::array<std::uint32_t, 64> w;
        for (std::size_t i = 0; i < 16; ++i) {
            std::uint32_t word = 0;
            for (std::size_t b = 0; b < 4; ++b) word = word << 8 | static_cast<std::uint32_t>(data[4 * i + b]);
            w[i] = word;
        }
        for (std::size_t i = 16; i < w.size(); ++i) {
            const std::uint32_t a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3)) + w[i - 7] + (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10));
        }
        auto [a, b, c, d, e, f, g, h] = state;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + kRound[i] + w[i];
            const std::uint32_t t2 = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        const Words added{a, b, c, d, e, f, g, h};
        for (std::size_t i = 0; i < state.size(); ++i) state[i] += added[i];
    }
}

#ifdef CORRAL_SHA_NI

// The instructions keep the state as (A B E F) and (C D G H), and do two rounds each.
__attribute__((target("sha,ssse3,sse4.1"))) void Sha256::fastRounds(Words& state, const std::byte* data, std::size_t blocks)
{
    const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state.data())), 0xb1);
    const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state.data() + 4)), 0x1b);
    __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
    __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
    for (; blocks > 0; --blocks, data += kBlock) {
        const __m128i abefBefore = abef, cdghBefore = cdgh;
        __m128i w[4]; // the last 16 words of the message schedule
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) {
            __m128i& now = w[i & 3];
            const __m128i before = w[(i + 3) & 3];
            if (i < 4) {
                now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data) + i), bigEndian);
            } else {
                const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(now, w[(i + 1) & 3]), _mm_alignr_epi8(before, w[(i + 2) & 3], 4));
                now = _mm_sha256msg2_epu32(sum, before);
            }
            const __m128i wk = _mm_add_epi32(now, _mm_load_si128(reinterpret_cast<const __m128i*>(kRound.data()) + i));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0e));
        }
        abef = _mm_add_epi32(abef, abefBefore);
        cdgh = _mm_add_epi32(cdgh, cdghBefore);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data() + 4), _mm_alignr_epi8(dchg, feba, 8));
}

Sha256::Rounds Sha256::bestRounds()
{
    static const bool has = [] {
        unsigned a = 0, b = 0, c = 0, d = 0;
        const bool vectors = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1);
        return vectors && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
    }();
    return has && simdLevel() != SimdLevel::Plain ? fastRounds : plainRounds;
}

#else

void Sha256::fastRounds(Words& state, const std::byte* data, std::size_t blocks) { plainRounds(state, data, blocks); }
Sha256::Rounds Sha256::bestRounds() { return plainRounds; }

#endif

void Sha256::add(std::span<const std::byte> bytes)
{
    const std::size_t begun = m_length % kBlock;
    m_length += bytes.size();
    if (begun > 0) {
        const std::size_t taken = std::min(kBlock - begun, bytes.size());
        std::copy_n(bytes.begin(), taken, m_rest.begin() + static_cast<std::ptrdiff_t>(begun));
        bytes = bytes.subspan(taken);
        if (begun + taken < kBlock) return;
        m_rounds(m_state, m_rest.data(), 1);
    }
    const std::size_t blocks = bytes.size() / kBlock;
    if (blocks > 0) m_rounds(m_state, bytes.data(), blocks);
    std::ranges::copy(bytes.subspan(blocks * kBlock), m_rest.begin());
}

std::string Sha256::hex()
{
    const std::uint64_t bits = m_length * 8;
    constexpr std::byte kEnd[kBlock]{std::byte{0x80}};
    constexpr std::size_t kLengthAt = kBlock - sizeof bits;
    const std::size_t begun = m_length % kBlock;
    add(std::span(kEnd).first((begun < kLengthAt ? kLengthAt : kLengthAt + kBlock) - begun));
    std::array<std::byte, sizeof bits> length;
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::byte>(bits >> (8 * (length.size() - 1 - i)));
    add(length);
    std::string text;
    constexpr char kDigits[] = "0123456789abcdef";
    for (const std::uint32_t word : m_state)
        for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[word >> shift & 15];
    return text;
}

} // namespace corral
