#pragma once
// A Hugging Face folder of a few kilobytes with random weights: llama, 2 layers, 32 wide by default, and a byte-level tokenizer for ASCII. Everything
// may be changed before it is written, so wrong ones are made of it too.
#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace corral::test {

struct TinyCheckpoint {
    struct Tensor {
        std::string dtype;
        std::vector<std::uint64_t> shape;
        std::string bytes;
    };
    using Tensors = std::map<std::string, Tensor>;

    explicit TinyCheckpoint(std::uint64_t width = 32); // a multiple of 8
    nlohmann::json config, tokenizer, settings; // config.json, tokenizer.json, tokenizer_config.json
    Tensors tensors;

    // Values that follow from the name alone, so that a test knows them.
    static Tensor random(const std::string& name, std::vector<std::uint64_t> shape);
    static std::vector<float> values(const Tensor& tensor); // of an F32 one
    void add(const std::string& name, std::vector<std::uint64_t> shape) { tensors[name] = random(name, std::move(shape)); }

    static std::string safetensors(const Tensors& tensors);
    static std::string withHeader(const std::string& header, const std::string& data); // of a safetensors file
    void write(const std::filesystem::path& folder) const;
    void writeAllBut(const std::filesystem::path& folder, const std::string& weights) const; // no weights, or those bytes in model.safetensors
};

void writeFile(const std::filesystem::path& file, const std::string& bytes); // throws std::runtime_error

} // namespace corral::test
