#pragma once
// Requests to the server's endpoints that are nearly right: what a fuzzer sends that knows the bodies they take.
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <string_view>

namespace corral::test {

class ApiMutation {
public:
    explicit ApiMutation(unsigned seed) : m_random(seed) {}

    // A body for the endpoint: in one of four cases as it should be, else with up to three values replaced, taken away, doubled or borrowed from
    // another endpoint's, and now and then broken as text.
    std::string body(std::string_view path);
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(m_random); }
    std::mt19937& random() { return m_random; }

private:
    nlohmann::ordered_json value();
    void change(nlohmann::ordered_json& root);
    void breakText(std::string& text);

    std::mt19937 m_random;
};

} // namespace corral::test
