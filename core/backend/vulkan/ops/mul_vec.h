#pragma once
// Products of a weight matrix with tokens: shaders/mul_vec.comp for few, mul_mat.comp (or, where the card has matrices of subgroups, mul_mat_cm.comp) for many. And rows of a table: shaders/get_rows.comp. Internal to the folder.
#include "core/backend/vulkan/commands.h"
#include "core/backend/vulkan/rows.h"
#include "core/quant/format.h"

namespace corral::vulkan {

// Whether there are shaders for a format.
bool canRead(const quant::Format& format);
// Values of a row must be a multiple of this, and so must what lies between inputs be of four.
inline constexpr std::int64_t kUnit = 8; // shaders/formats/unit.glsl

// A matrix as it lies in the file, at an even address; n: values of a row, whole blocks and a multiple of eight.
struct Matrix {
    const quant::Format* format = nullptr;
    VkDeviceAddress data = 0;
    std::int64_t n = 0, rows = 0;
    VkDeviceAddress table = 0; // formatTable() of the format on the card; 0: it has none
    std::int64_t experts = 1;  // matrices, one after the other
};

// How products are shared out among invocations. Few: up to so many tokens go through mul_vec. The default suits cards; a software device wants smaller tiles, or it
// compiles for seconds.
struct ProductTuning {
    std::int64_t few = 8;
    std::uint32_t rowsOfFew = 2;                // of a workgroup of mul_vec
    std::uint32_t rows = 4, tokens = 4;         // of an invocation of mul_mat
    std::uint32_t alongRows = 16, alongTokens = 16; // invocations of mul_mat's workgroup
    std::uint32_t alongMatrices = 0;            // invocations of mul_mat_cm's workgroup; 0: not by matrices of subgroups
    MatrixShape matrices;
    bool dots = false;                          // many tokens with formats that have codes: inputs rounded to eight bits, mul_mat_dot
    static ProductTuning of(const Limits& limits);
};

// y = scale · x·Wᵀ + bias + residual; bias, residual (as many rows as y) 0: none. x at multiples of 16 bytes.
struct Addends {
    VkDeviceAddress bias = 0, residual = 0;
    std::int64_t residualStride = 0;
    float scale = 1;
    VkDeviceAddress rounded = 0; // roundRows() of x, where takesRounded()
};
Result<void> multiply(Commands& commands, const ProductTuning& tuning, const Matrix& w, const Rows& x, const Rows& y, const Addends& addends);

// Whether a product wants its input rounded to eight bits, and where: roundedBytes(). Another product of the same input may use it too.
bool takesRounded(const ProductTuning& tuning, const quant::Format& format, std::int64_t tokens);
std::uint64_t roundedBytes(std::int64_t tokens, std::int64_t n);
Result<void> roundRows(Commands& commands, const Rows& x, VkDeviceAddress to);

// Which experts' matrices meet a token: chosen [tokens][used] of i32.
struct Choices {
    VkDeviceAddress chosen = 0;
    std::int64_t used = 0;
    bool perChoice = false;      // x [tokens][used][n], one input for each choice
    VkDeviceAddress lists = 0;   // of groupChoices(); not needed for few choices
};
// Up to so many choices are multiplied one by one.
bool areFew(const ProductTuning& tuning, const Choices& choices, std::int64_t tokens, std::int64_t experts);
std::uint64_t listBytes(std::int64_t choices, std::int64_t experts);
// Lists the choices by expert, into listBytes() at choices.lists.
Result<void> groupChoices(Commands& commands, const Choices& choices, std::int64_t tokens, std::int64_t experts);
// y [tokens][used][rows] = x·Wᵀ with W the matrix of the chosen expert.
Result<void> multiplyExperts(Commands& commands, const ProductTuning& tuning, const Matrix& w, const Rows& x, const Choices& choices, const Rows& y);

// y[t] = the row ids[t].
Result<void> getRows(Commands& commands, const Matrix& table, VkDeviceAddress ids, const Rows& y);

} // namespace corral::vulkan
