#include "core/quantize/plan_words.h"

#include "core/quantize/type_ids.h"

#include <gmock/gmock.h>

namespace corral::quantize {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

template <class T> std::string errorOf(const Result<T>& result)
{
    EXPECT_FALSE(result);
    if (result) return "";
    EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
    EXPECT_FALSE(result.error().message.contains('\n'));
    return result.error().message;
}

TEST(PlanWords, TensorTypes)
{
    EXPECT_EQ(parseTensorType("q6_K").value(), Q6_K);
    EXPECT_EQ(parseTensorType(" Q6_k ").value(), Q6_K);
    EXPECT_EQ(parseTensorType("bf16").value(), BF16);
    for (const char* wrong : {"", "q6", "Q4_K_M", "q6_K x"}) EXPECT_THAT(errorOf(parseTensorType(wrong)), HasSubstr("no tensor type")) << wrong;
    for (const char* unwritable : {"i32", "f64", "q8_K"}) EXPECT_THAT(errorOf(parseTensorType(unwritable)), HasSubstr("cannot be written")) << unwritable;
}

TEST(PlanWords, TensorRules)
{
    EXPECT_THAT(parseTensorRule("Blk\\.[0-9]+\\.ATTN_Q=q8_0").value(), Pair("blk\\.[0-9]+\\.attn_q", Q8_0));
    EXPECT_THAT(parseTensorRule("(?=blk)attn=q4_K").value(), Pair("(?=blk)attn", Q4_K)) << "the last = counts";
    EXPECT_THAT(parseTensorRules(" a=q4_0\n\tb=q5_0 \r\n").value(), ElementsAre(Pair("a", Q4_0), Pair("b", Q5_0)));
    EXPECT_THAT(parseTensorRules(" \n").value(), ElementsAre());
    EXPECT_THAT(errorOf(parseTensorRule("=q8_0")), HasSubstr("NAME=TYPE"));
    EXPECT_THAT(errorOf(parseTensorRule("attn_q")), HasSubstr("NAME=TYPE"));
    EXPECT_THAT(errorOf(parseTensorRule("attn_q=")), HasSubstr("attn_q="));
    EXPECT_THAT(errorOf(parseTensorRules("a=q4_0 b=q9")), HasSubstr("q9"));
}

TEST(PlanWords, Overrides)
{
    const auto number = parseOverride("a.b=int:-5").value();
    EXPECT_EQ(number.first, "a.b");
    EXPECT_EQ(number.second.type, gguf::ValueType::U32);
    EXPECT_EQ(number.second.asInt(), 5);
    EXPECT_EQ(parseOverride("a=int:4294967295").value().second.asInt(), 4294967295);
    const auto real = parseOverride("a=float:1e-5").value().second;
    EXPECT_EQ(real.type, gguf::ValueType::F32);
    EXPECT_EQ(real.asFloat(), static_cast<double>(1e-5f));
    EXPECT_EQ(parseOverride("a=bool:false").value().second.asBool(), false);
    EXPECT_EQ(*parseOverride("a=str:x=y:z").value().second.asString(), "x=y:z");
    EXPECT_EQ(*parseOverride("a=str:").value().second.asString(), "");
    EXPECT_EQ(parseOverride("a=str:" + std::string(127, 'x')).value().second.asString()->size(), 127u);
    for (const auto& wrong : std::vector<std::string>{"", "a", "a=", "a=int", "=int:5", "a=int:", "a=int:5x", "a=int:4294967296", "a=int:99999999999999999999", "a=float:x", "a=bool:1",
                                                      "a=long:5", "a=str:" + std::string(128, 'x')})
        EXPECT_THAT(errorOf(parseOverride(wrong)), HasSubstr(wrong)) << wrong;
}

TEST(PlanWords, Layers)
{
    EXPECT_THAT(parseLayers("3,4; 17\n1").value(), ElementsAre(3, 4, 17, 1));
    EXPECT_THAT(parseLayers("").value(), ElementsAre());
    for (const char* wrong : {"-1", "x", "1-3", "99999999999", "1.5"}) EXPECT_THAT(errorOf(parseLayers(wrong)), HasSubstr(wrong));
}

TEST(PlanWords, Sizes)
{
    EXPECT_EQ(parseByteSize("4.5G").value(), 4'500'000'000u);
    EXPECT_EQ(parseByteSize("700M").value(), 700'000'000u);
    EXPECT_EQ(parseByteSize("700MB").value(), 700'000'000u);
    EXPECT_EQ(parseByteSize("1.5GiB").value(), 3u << 29);
    EXPECT_EQ(parseByteSize("2K").value(), 2000u);
    EXPECT_EQ(parseByteSize("123456").value(), 123456u);
    for (const char* wrong : {"", "G", "iB", "5iB", "x", "-1G", "0", "nan", "inf", "1e30G", "4.5 G", "4.5g"}) EXPECT_THAT(errorOf(parseByteSize(wrong)), HasSubstr("4.5G")) << wrong;
}

} // namespace
} // namespace corral::quantize
