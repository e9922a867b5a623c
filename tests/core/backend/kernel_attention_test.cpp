#include "core/backend/cpu/kernels/attention.h"

#include "core/base/cpu_features.h"
#include "tests/core/backend/kernel_data.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace corral::cpu {
namespace {

using test::GuardedBytes;
using test::randomFloats;
using test::Scratch;

float readValue(CacheFormat format, const std::byte* row, std::int64_t i)
{
    switch (format) {
    case CacheFormat::F32: return loadAs<float>(row + 4 * i);
    case CacheFormat::F16: return halfToFloat(loadAs<std::uint16_t>(row + 2 * i));
    case CacheFormat::Q8_0:
        return halfToFloat(loadAs<std::uint16_t>(row + i / 32 * 34)) * static_cast<float>(static_cast<std::int8_t>(row[i / 32 * 34 + 2 + i % 32]));
    }
    return 0;
}

struct Shape : AttentionShape {
    std::int64_t tokens = 0, firstPosition = 0;
};

struct Case {
    Shape s;
    bool sinks = false;
    float size = 1;    // of the queries: larger ones make sharper distributions
    float outlier = 0; // added to the fourth value of each key
};

// Where keys meet queries in 16-bit integers and weights meet values in bf16.
bool rounded(const Shape& s) { return simdLevel() == SimdLevel::Avx512 && s.heads * s.keySize >= 1024 && s.tokens * (s.heads / s.kvHeads) > 16; }

// Against a softmax in double over the values as they lie in the cache.
void check(const Case& c, ThreadPool& pool)
{
    Shape s = c.s;
    const std::int64_t keyCount = s.firstPosition + s.tokens, group = s.heads / s.kvHeads;
    SCOPED_TRACE("heads " + std::to_string(s.heads) + "/" + std::to_string(s.kvHeads) + " sizes " + std::to_string(s.keySize) + "," + std::to_string(s.valueSize)
                 + " tokens " + std::to_string(s.tokens) + " at " + std::to_string(s.firstPosition) + " window " + std::to_string(s.window) + " cap "
                 + std::to_string(s.softCap) + " formats " + std::to_string(int(s.keyFormat)) + std::to_string(int(s.valueFormat)) + " threads "
                 + std::to_string(pool.size()));
    const std::int64_t keyWidth = s.kvHeads * s.keySize, valueWidth = s.kvHeads * s.valueSize;
    const std::size_t keyBytes = cacheRowBytes(s.keyFormat, keyWidth), valueBytes = cacheRowBytes(s.valueFormat, valueWidth);
    GuardedBytes keys(keyBytes * static_cast<std::size_t>(keyCount)), values(valueBytes * static_cast<std::size_t>(keyCount));
    auto keyData = randomFloats(static_cast<std::size_t>(keyCount * (keyWidth + 2)), 1);
    for (std::int64_t j = 0; j < keyCount; ++j)
        for (std::int64_t h = 0; h < s.kvHeads && s.keySize > 3; ++h) keyData[static_cast<std::size_t>(j * (keyWidth + 2) + h * s.keySize + 3)] += c.outlier;
    const auto valueData = randomFloats(static_cast<std::size_t>(keyCount * valueWidth), 2);
    writeCacheRows(s.keyFormat, keyData.data(), keyWidth + 2, keyWidth, keyCount, keys.data(), 0);
    writeCacheRows(s.valueFormat, valueData.data(), valueWidth, valueWidth, keyCount, values.data(), 0);
    const std::int64_t qStride = s.heads * s.keySize + 7, outStride = s.heads * s.valueSize + 3;
    const auto q = randomFloats(static_cast<std::size_t>(s.tokens * qStride), 3, c.size);
    const auto sinks = randomFloats(static_cast<std::size_t>(s.heads), 4, 2);
    if (c.sinks) s.sinks = sinks.data();
    std::vector<float> out(static_cast<std::size_t>(s.tokens * outStride), -777.0f);
    Scratch scratch(attentionScratchBytes(s, s.tokens, 1, pool.size()));
    const AttentionSequence sequence{s.tokens, s.firstPosition, q.data(), out.data(), keys.data(), values.data()};
    attention(s, {&sequence, 1}, qStride, outStride, pool, scratch.span());

    std::vector<double> p(static_cast<std::size_t>(keyCount)), exact(static_cast<std::size_t>(s.valueSize)), size(exact);
    for (std::int64_t t = 0; t < s.tokens; ++t) {
        const std::int64_t position = s.firstPosition + t;
        const std::int64_t begin = s.window > 0 ? std::max<std::int64_t>(0, position - s.window + 1) : 0;
        for (std::int64_t h = 0; h < s.heads; ++h) {
            double top = c.sinks ? sinks[static_cast<std::size_t>(h)] : -1e300;
            for (std::int64_t j = begin; j <= position; ++j) {
                const std::byte* row = keys.data() + static_cast<std::size_t>(j) * keyBytes;
                double score = 0;
                for (std::int64_t i = 0; i < s.keySize; ++i)
                    score += double(q[static_cast<std::size_t>(t * qStride + h * s.keySize + i)]) * readValue(s.keyFormat, row, h / group * s.keySize + i);
                score *= s.scale;
                if (s.softCap > 0) score = s.softCap * std::tanh(score / s.softCap);
                p[static_cast<std::size_t>(j)] = score;
                top = std::max(top, score);
            }
            double sum = c.sinks ? std::exp(sinks[static_cast<std::size_t>(h)] - top) : 0;
            std::fill(exact.begin(), exact.end(), 0.0);
            std::fill(size.begin(), size.end(), 0.0);
            for (std::int64_t j = begin; j <= position; ++j) {
                const double weight = std::exp(p[static_cast<std::size_t>(j)] - top);
                sum += weight;
                const std::byte* row = values.data() + static_cast<std::size_t>(j) * valueBytes;
                for (std::int64_t i = 0; i < s.valueSize; ++i) {
                    const double v = readValue(s.valueFormat, row, h / group * s.valueSize + i);
                    exact[static_cast<std::size_t>(i)] += weight * v;
                    size[static_cast<std::size_t>(i)] += weight * std::fabs(v);
                }
            }
            for (std::int64_t i = 0; i < s.valueSize; ++i) {
                const auto at = static_cast<std::size_t>(i);
                // bf16 rounds a weight and a value by at most 2^-9 each; as much again for everything else.
                const double limit = 1e-5 * (1 + std::fabs(c.outlier)) + (rounded(s) ? 0x1p-7 * size[at] / sum : 0);
                ASSERT_NEAR(out[static_cast<std::size_t>(t * outStride + h * s.valueSize + i)], exact[at] / sum, limit) << "token " << t << " head " << h << " value " << i;
            }
        }
        for (std::int64_t i = s.heads * s.valueSize; i < outStride; ++i) ASSERT_EQ(out[static_cast<std::size_t>(t * outStride + i)], -777.0f);
    }
}

Shape shape(std::int64_t heads, std::int64_t kvHeads, std::int64_t size, std::int64_t tokens, std::int64_t first, CacheFormat format = CacheFormat::F16)
{
    Shape s;
    s.heads = heads;
    s.kvHeads = kvHeads;
    s.keySize = s.valueSize = size;
    s.tokens = tokens;
    s.firstPosition = first;
    s.scale = 1 / std::sqrt(static_cast<float>(size));
    s.keyFormat = s.valueFormat = format;
    return s;
}

TEST(KernelAttention, EveryNumberOfTokens)
{
    ThreadPool pool(2);
    for (std::int64_t tokens = 1; tokens <= 40; ++tokens) {
        check({.s = shape(4, 2, 16, tokens, 0)}, pool);
        check({.s = shape(3, 3, 8, tokens, 5, CacheFormat::F32)}, pool);
    }
}

TEST(KernelAttention, DepthsAndFormats)
{
    for (int threads : {1, 2, 3}) {
        ThreadPool pool(threads);
        for (CacheFormat format : {CacheFormat::F16, CacheFormat::F32, CacheFormat::Q8_0})
            for (std::int64_t first : {0, 1, 63, 64})
                for (std::int64_t tokens : {1, 5, 70}) check({.s = shape(6, 2, 32, tokens, first, format)}, pool);
        for (std::int64_t tokens : {1, 5, 40}) check({.s = shape(4, 2, 64, tokens, 1000)}, pool);
    }
}

TEST(KernelAttention, HeadsAndSizes)
{
    ThreadPool pool(2);
    for (std::int64_t tokens : {1, 9, 50})
        for (std::int64_t size : {1, 7, 12, 33, 80, 128}) {
            check({.s = shape(2, 1, size, tokens, 70)}, pool);
            Shape s = shape(6, 2, size, tokens, 3);
            s.valueSize = size + 5;
            check({.s = s}, pool);
        }
    check({.s = shape(2, 1, 256, 20, 70)}, pool);
    check({.s = shape(71, 1, 16, 3, 10)}, pool); // one kv head for more queries than fit side by side
    check({.s = shape(200, 1, 16, 5, 0)}, pool);
}

TEST(KernelAttention, MixedCacheFormats)
{
    ThreadPool pool(2);
    for (std::int64_t tokens : {1, 33}) {
        Shape s = shape(4, 2, 32, tokens, 100, CacheFormat::Q8_0);
        s.valueFormat = CacheFormat::F16;
        check({.s = s}, pool);
        s.keyFormat = CacheFormat::F32;
        check({.s = s}, pool);
    }
}

TEST(KernelAttention, Windows)
{
    ThreadPool pool(2);
    for (std::int64_t window : {1, 2, 31, 32, 64, 100, 2000})
        for (std::int64_t first : {0, 40, 300})
            for (std::int64_t tokens : {1, 4, 90}) {
                Shape s = shape(4, 2, 16, tokens, first);
                s.window = window;
                check({.s = s}, pool);
            }
}

TEST(KernelAttention, SoftCap)
{
    ThreadPool pool(2);
    for (float cap : {2.0f, 50.0f})
        for (std::int64_t tokens : {1, 40}) {
            Shape s = shape(4, 2, 32, tokens, 90);
            s.softCap = cap;
            check({.s = s, .size = 10}, pool);
            s.window = 20;
            check({.s = s, .size = 10}, pool);
        }
}

TEST(KernelAttention, Sinks)
{
    for (int threads : {1, 3}) {
        ThreadPool pool(threads);
        for (std::int64_t first : {0, 900})
            for (std::int64_t tokens : {1, 40}) {
                Shape s = shape(8, 2, 64, tokens, first);
                check({.s = s, .sinks = true}, pool);
                s.window = 128;
                check({.s = s, .sinks = true}, pool);
            }
    }
}

// Scores far apart: the running maximum moves, sums of earlier keys vanish.
TEST(KernelAttention, SharpDistributions)
{
    ThreadPool pool(2);
    for (std::int64_t tokens : {1, 40}) check({.s = shape(4, 2, 64, tokens, 500, CacheFormat::F32), .size = 8}, pool);
}

// Wide enough for rounding to pay where the processor has the instructions: every way a block of keys is cut, masked and weighted.
TEST(KernelAttention, WideHeads)
{
    ThreadPool pool(2);
    for (CacheFormat format : {CacheFormat::F16, CacheFormat::Q8_0})
        for (std::int64_t first : {0, 31, 500, 1100}) check({.s = shape(12, 2, 128, 19, first, format)}, pool);
    for (std::int64_t tokens : {17, 20, 23, 100}) check({.s = shape(16, 16, 64, tokens, 40)}, pool);
    Shape s = shape(8, 2, 136, 30, 700);
    s.valueSize = 72;
    check({.s = s, .sinks = true, .size = 4}, pool);
    s.window = 130;
    check({.s = s, .sinks = true}, pool);
    s.window = 3;
    check({.s = s}, pool);
    s.softCap = 3;
    check({.s = s, .size = 10}, pool);
    s.window = 0;
    check({.s = s, .size = 10}, pool);
    check({.s = s, .size = 0}, pool); // queries of zeros: the mean of what is visible
}

// Some models' keys have a single value a hundred times as large as the others, nearly the same for all keys: scores must keep what distinguishes them.
TEST(KernelAttention, KeysWithOutliers)
{
    ThreadPool pool(2);
    for (std::int64_t tokens : {1, 30}) {
        check({.s = shape(12, 2, 128, tokens, 600), .size = 2, .outlier = 150}, pool);
        check({.s = shape(4, 2, 64, tokens, 600), .size = 2, .outlier = 150}, pool);
    }
}

// What is not a number reaches the outputs of the queries that see it, however keys are rounded.
TEST(KernelAttention, NotANumberIsPassedOn)
{
    ThreadPool pool(2);
    for (const bool wide : {false, true})
        for (const bool value : {false, true}) {
            AttentionShape s = shape(wide ? 16 : 4, 2, 64, 0, 0);
            const std::int64_t tokens = 30, width = s.kvHeads * s.keySize, stride = s.heads * s.keySize;
            const auto q = randomFloats(static_cast<std::size_t>(tokens * stride), 1);
            auto bad = randomFloats(static_cast<std::size_t>(tokens * width), 2);
            std::vector<std::byte> keys(cacheRowBytes(s.keyFormat, width) * static_cast<std::size_t>(tokens)), values(keys);
            writeCacheRows(s.keyFormat, bad.data(), width, width, tokens, keys.data(), 0);
            writeCacheRows(s.keyFormat, bad.data(), width, width, tokens, values.data(), 0);
            bad[1] = std::numeric_limits<float>::quiet_NaN(); // of the first key or value of the first head
            writeCacheRows(s.keyFormat, bad.data(), width, width, 1, value ? values.data() : keys.data(), 0);
            std::vector<float> out(q.size());
            Scratch scratch(attentionScratchBytes(s, tokens, 1, pool.size()));
            const AttentionSequence sequence{tokens, 0, q.data(), out.data(), keys.data(), values.data()};
            attention(s, {&sequence, 1}, stride, stride, pool, scratch.span());
            for (std::int64_t t = 0; t < tokens; ++t) EXPECT_TRUE(std::isnan(out[static_cast<std::size_t>(t * stride + 1)])) << wide << value << " token " << t;
        }
}

// Sequences of every kind in one call give what each gives alone; only the rounding may differ, as contexts are cut elsewhere.
TEST(KernelAttention, ManySequences)
{
    struct Part {
        std::int64_t tokens, firstPosition;
    };
    for (int threads : {1, 2, 3})
        for (const std::vector<Part>& parts : {std::vector<Part>{{1, 0}, {1, 700}, {1, 63}, {1, 5}, {1, 900}, {1, 31}, {1, 64}, {1, 100}}, {{3, 9}, {1, 1000}, {40, 17}, {0, 3}, {2, 600}}})
            for (std::int64_t window : {0, 70}) {
                ThreadPool pool(threads);
                AttentionShape s = shape(6, 2, 32, 0, 0);
                s.window = window;
                const std::int64_t width = s.kvHeads * s.keySize, qStride = s.heads * s.keySize + 1, outStride = s.heads * s.valueSize + 5;
                std::int64_t tokens = 0;
                for (const Part& part : parts) tokens += part.tokens;
                const auto q = randomFloats(static_cast<std::size_t>(tokens * qStride), 3);
                std::vector<float> together(static_cast<std::size_t>(tokens * outStride), -777.0f), alone = together;
                std::vector<std::vector<std::byte>> caches;
                std::vector<AttentionSequence> sequences;
                std::int64_t row = 0;
                for (const Part& part : parts) {
                    const std::int64_t keys = part.firstPosition + part.tokens;
                    for (std::uint32_t seed : {1u, 2u}) {
                        const auto data = randomFloats(static_cast<std::size_t>(keys * width), seed + 10 * static_cast<std::uint32_t>(row));
                        caches.emplace_back(cacheRowBytes(s.keyFormat, width) * static_cast<std::size_t>(keys));
                        writeCacheRows(s.keyFormat, data.data(), width, width, keys, caches.back().data(), 0);
                    }
                    sequences.push_back({part.tokens, part.firstPosition, q.data() + row * qStride, together.data() + row * outStride, (caches.end() - 2)->data(),
                                         caches.back().data()});
                    row += part.tokens;
                }
                Scratch scratch(attentionScratchBytes(s, tokens, static_cast<std::int64_t>(parts.size()), threads));
                attention(s, sequences, qStride, outStride, pool, scratch.span());
                for (const AttentionSequence& sequence : sequences) {
                    AttentionSequence one = sequence;
                    one.out = alone.data() + (sequence.out - together.data());
                    attention(s, {&one, 1}, qStride, outStride, pool, scratch.span());
                }
                for (std::size_t i = 0; i < together.size(); ++i) ASSERT_NEAR(together[i], alone[i], 1e-5) << "value " << i << " threads " << threads;
            }
}

// More long sequences than there is scratch for at once: to the bit what each gives alone, and the scratch does not grow with them.
TEST(KernelAttention, MoreSequencesThanScratch)
{
    constexpr int kSequences = 30;
    constexpr std::int64_t kKeys = 900;
    for (int threads : {1, 3})
        for (const std::int64_t tokens : {1, 4}) {
            ThreadPool pool(threads);
            const AttentionShape s = shape(8, 2, 32, 0, 0);
            const std::int64_t width = s.kvHeads * s.keySize, stride = s.heads * s.keySize;
            const auto q = randomFloats(static_cast<std::size_t>(kSequences * tokens * stride), 3), data = randomFloats(static_cast<std::size_t>(kKeys * width), 4);
            std::vector<std::byte> cache(cacheRowBytes(s.keyFormat, width) * static_cast<std::size_t>(kKeys));
            writeCacheRows(s.keyFormat, data.data(), width, width, kKeys, cache.data(), 0);
            std::vector<float> together(q.size(), -777.0f), alone(q.size(), -777.0f);
            std::vector<AttentionSequence> sequences;
            for (int i = 0; i < kSequences; ++i) {
                const std::int64_t row = i * tokens * stride, position = i % 3 == 2 ? 20 + i : kKeys - tokens - i; // short ones among them
                sequences.push_back({tokens, position, q.data() + row, together.data() + row, cache.data(), cache.data()});
            }
            Scratch scratch(attentionScratchBytes(s, kSequences * tokens, kSequences, threads)), least(attentionScratchBytes(s, tokens, 1, threads));
            attention(s, sequences, stride, stride, pool, scratch.span(), backend::Way::AsFew);
            for (AttentionSequence& one : sequences) {
                one.out = alone.data() + (one.out - together.data());
                attention(s, {&one, 1}, stride, stride, pool, least.span(), backend::Way::AsFew);
            }
            EXPECT_EQ(together, alone) << threads << " threads, " << tokens << " tokens";
        }
    const AttentionShape large = shape(32, 8, 128, 0, 0);
    EXPECT_EQ(attentionScratchBytes(large, 64, 64, 32), attentionScratchBytes(large, 64, 8, 32));
    EXPECT_LT(attentionScratchBytes(large, 64, 64, 32), std::size_t(50) << 20);
}

TEST(KernelAttention, CacheRows)
{
    const std::int64_t n = 96, tokens = 3;
    const auto values = randomFloats(static_cast<std::size_t>(tokens * (n + 1)), 6);
    for (CacheFormat format : {CacheFormat::F16, CacheFormat::F32, CacheFormat::Q8_0}) {
        const std::size_t rowBytes = cacheRowBytes(format, n);
        std::vector<std::byte> cache(rowBytes * 6, std::byte{0x55});
        writeCacheRows(format, values.data(), n + 1, n, tokens, cache.data(), 2);
        for (std::int64_t t = 0; t < tokens; ++t) {
            float largest = 0;
            for (std::int64_t i = 0; i < n; ++i) largest = std::max(largest, std::fabs(values[static_cast<std::size_t>(t * (n + 1) + i)]));
            for (std::int64_t i = 0; i < n; ++i) {
                const float v = values[static_cast<std::size_t>(t * (n + 1) + i)];
                const float limit = format == CacheFormat::F32 ? 0 : format == CacheFormat::F16 ? std::fabs(v) * 0x1p-11f + 1e-8f : largest * 0.0045f;
                ASSERT_NEAR(readValue(format, cache.data() + rowBytes * static_cast<std::size_t>(2 + t), i), v, limit);
            }
        }
        for (std::size_t i = 0; i < rowBytes; ++i) {
            ASSERT_EQ(cache[rowBytes + i], std::byte{0x55});
            ASSERT_EQ(cache[rowBytes * 5 + i], std::byte{0x55});
        }
    }
    std::vector<float> zeros(32);
    std::vector<std::byte> row(34, std::byte{1});
    writeCacheRows(CacheFormat::Q8_0, zeros.data(), 32, 32, 1, row.data(), 0);
    EXPECT_EQ(row, std::vector<std::byte>(34));
}

} // namespace
} // namespace corral::cpu
