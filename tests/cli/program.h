#pragma once
// Runs a program to its end.
#include <string>
#include <vector>

namespace corral::test {

struct Ran {
    int status = -1; // exit status; 128 + n when killed by signal n
    std::string out, error;
    std::vector<std::string> lines() const; // of out, without newlines
};

Ran runProgram(const std::string& program, const std::vector<std::string>& arguments, const std::string& input = {});
Ran corral(const std::vector<std::string>& arguments, const std::string& input = {});

} // namespace corral::test
