#pragma once
// The forward pass of a small llama file of F32 tensors in plain double loops: what every weight matrix is multiplied with. The oracle of
// the importances; slow, and it knows no other architecture.
#include "core/gguf/file.h"

#include <cmath>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace corral::test {

class PlainLlama {
public:
    using Row = std::vector<double>;

    explicit PlainLlama(const gguf::File& file) : m_file(file) {}

    // Σ x² of each column of each matrix's input, over the tokens, is added to `squares`.
    void run(const std::vector<int>& tokens, std::map<std::string, Row>& squares) const
    {
        const auto heads = integer("attention.head_count"), kvHeads = integer("attention.head_count_kv"), layers = integer("block_count");
        std::vector<Row> x;
        for (const int token : tokens) x.push_back(matrixRow("token_embd.weight", std::size_t(token)));
        const std::size_t size = x[0].size() / heads;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const std::string block = "blk." + std::to_string(layer) + ".";
            const auto product = [&](const std::string& name, const Row& in) {
                Row& sums = squares[block + name];
                sums.resize(in.size());
                for (std::size_t i = 0; i < in.size(); ++i) sums[i] += in[i] * in[i];
                return times(block + name, in);
            };
            std::vector<Row> keys, values;
            for (std::size_t t = 0; t < x.size(); ++t) {
                const Row normed = norm(x[t], block + "attn_norm.weight");
                Row q = rotated(product("attn_q.weight", normed), size, t);
                keys.push_back(rotated(product("attn_k.weight", normed), size, t));
                values.push_back(product("attn_v.weight", normed));
                Row mixed(q.size());
                for (std::size_t h = 0; h < heads; ++h) {
                    const std::size_t shared = h * kvHeads / heads * size;
                    Row p(t + 1);
                    double total = 0;
                    for (std::size_t j = 0; j <= t; ++j) {
                        double s = 0;
                        for (std::size_t i = 0; i < size; ++i) s += q[h * size + i] * keys[j][shared + i];
                        total += p[j] = std::exp(s / std::sqrt(double(size)));
                    }
                    for (std::size_t j = 0; j <= t; ++j)
                        for (std::size_t i = 0; i < size; ++i) mixed[h * size + i] += p[j] / total * values[j][shared + i];
                }
                add(x[t], product("attn_output.weight", mixed));
                const Row inner = norm(x[t], block + "ffn_norm.weight");
                Row gate = product("ffn_gate.weight", inner);
                const Row up = product("ffn_up.weight", inner);
                for (std::size_t i = 0; i < gate.size(); ++i) gate[i] *= up[i] / (1 + std::exp(-gate[i]));
                add(x[t], product("ffn_down.weight", gate));
            }
        }
        Row& last = squares["output.weight"];
        last.resize(x[0].size());
        for (const Row& row : x) {
            const Row normed = norm(row, "output_norm.weight");
            for (std::size_t i = 0; i < normed.size(); ++i) last[i] += normed[i] * normed[i];
        }
    }

private:
    std::size_t integer(const std::string& key) const { return std::size_t(m_file.getInt("llama." + key).value()); }
    Row matrixRow(const std::string& name, std::size_t row) const
    {
        const auto& tensor = *m_file.tensor(name);
        std::vector<float> values(tensor.shape[0]);
        std::memcpy(values.data(), m_file.data(tensor).data() + row * values.size() * sizeof(float), values.size() * sizeof(float));
        return {values.begin(), values.end()};
    }
    Row times(const std::string& name, const Row& in) const
    {
        Row out(m_file.tensor(name)->shape[1]);
        for (std::size_t r = 0; r < out.size(); ++r) {
            const Row weights = matrixRow(name, r);
            for (std::size_t i = 0; i < in.size(); ++i) out[r] += weights[i] * in[i];
        }
        return out;
    }
    Row norm(const Row& x, const std::string& name) const
    {
        double squares = 0;
        for (const double v : x) squares += v * v;
        const double factor = 1 / std::sqrt(squares / double(x.size()) + m_file.getFloat("llama.attention.layer_norm_rms_epsilon").value());
        Row y = matrixRow(name, 0);
        for (std::size_t i = 0; i < x.size(); ++i) y[i] *= x[i] * factor;
        return y;
    }
    static Row rotated(Row x, std::size_t size, std::size_t position)
    {
        for (std::size_t head = 0; head < x.size(); head += size)
            for (std::size_t i = 0; i < size; i += 2) {
                const double angle = double(position) * std::pow(10000.0, -double(i) / double(size));
                const double a = x[head + i], b = x[head + i + 1];
                x[head + i] = a * std::cos(angle) - b * std::sin(angle);
                x[head + i + 1] = a * std::sin(angle) + b * std::cos(angle);
            }
        return x;
    }
    static void add(Row& x, const Row& y)
    {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
    }

    const gguf::File& m_file;
};

} // namespace corral::test
