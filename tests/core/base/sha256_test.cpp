// SHA-256 against the published examples and, for every length and way to cut it in pieces, against the tests' own loop.
#include "core/base/sha256.h"
#include "tests/support/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string_view>
#include <vector>

using corral::Sha256;

static std::string sumOf(std::string_view text)
{
    Sha256 sum;
    sum.add(std::as_bytes(std::span(text)));
    return sum.hex();
}

TEST(Sha256, PublishedExamples)
{
    EXPECT_EQ(sumOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sumOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sumOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sumOf(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, EveryLengthAndEveryPiece)
{
    std::mt19937 random(5);
    std::vector<std::byte> bytes(400);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        const auto all = std::span(bytes).first(length);
        const std::string expected = corral::test::sha256(all);
        for (const std::size_t piece : {1, 7, 63, 64, 65, 130, 400}) {
            Sha256 sum;
            for (std::size_t at = 0; at < length; at += piece) sum.add(all.subspan(at, std::min(piece, length - at)));
            ASSERT_EQ(sum.hex(), expected) << length << " bytes in pieces of " << piece;
        }
    }
}
