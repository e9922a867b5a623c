#include "tests/cli/program.h"

#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <sys/wait.h>

namespace corral::test {

namespace {

std::string shellQuoted(const std::string& text)
{
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

} // namespace

std::vector<std::string> Ran::lines() const
{
    std::vector<std::string> result;
    std::istringstream stream(out);
    for (std::string line; std::getline(stream, line);) result.push_back(line);
    return result;
}

Ran runProgram(const std::string& program, const std::vector<std::string>& arguments, const std::string& input)
{
    const TempDir dir;
    std::ofstream(dir / "in", std::ios::binary) << input;
    std::string command = shellQuoted(program);
    for (const std::string& argument : arguments) command += " " + shellQuoted(argument);
    for (const auto& [mark, name] : {std::pair{" <", "in"}, {" >", "out"}, {" 2>", "error"}}) command += mark + shellQuoted((dir / name).string());
    const int status = std::system(command.c_str());
    Ran ran;
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.out = readText(dir / "out");
    ran.error = readText(dir / "error");
    return ran;
}

Ran corral(const std::vector<std::string>& arguments, const std::string& input) { return runProgram(CORRAL_PROGRAM, arguments, input); }

} // namespace corral::test
