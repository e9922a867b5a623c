#pragma once
// Options of a subcommand as a table: names, placeholder, help, and what a value does. The table parses, complains and writes the help.
//
//   int count = 3;
//   OptionTable table("corral knock [OPTIONS] DOOR", "Knocks.");
//   table.value({"-n", "--count"}, "N", "how often", count);
//   auto rest = table.parse(arguments);        // the arguments that are no options
//   if (!rest) return rest.error();            // --help was printed, or what is wrong: the exit status
#include "app/cli/command.h"
#include "core/base/error.h"

#include <charconv>
#include <concepts>
#include <expected>
#include <format>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

// The whole text as a number.
template <Number T> std::optional<T> parseNumber(std::string_view text)
{
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// The name most like `wanted`.
std::string_view nearest(std::string_view wanted, const std::vector<std::string_view>& names);

class OptionTable {
public:
    using Names = std::initializer_list<std::string_view>;
    using Setter = std::function<std::optional<std::string>(const std::string& value)>; // what is wrong with it, or nothing

    OptionTable(std::string usage, std::string summary);

    void section(std::string title); // a heading in the help
    void add(Names names, std::string_view metavar, std::string help, Setter set);
    void flag(Names names, std::string help, bool& target); // with a --no- form for each long name
    template <Number T> void value(Names names, std::string_view metavar, std::string help, T& target)
    {
        add(names, metavar, std::format("{} (default: {})", help, target), [&target](const std::string& text) -> std::optional<std::string> {
            const auto number = parseNumber<T>(text);
            if (!number) return std::format("\"{}\" is no {}", text, std::integral<T> ? "whole number that fits" : "number");
            target = *number;
            return std::nullopt;
        });
    }
    void value(Names names, std::string_view metavar, std::string help, std::string& target);
    void value(Names names, std::string_view metavar, std::string help, std::filesystem::path& target);
    void append(Names names, std::string_view metavar, std::string help, std::vector<std::string>& target); // repeatable
    // An option whose value may be left out: the next argument is its value only if `takes` says so; else it is set to "".
    void addOptional(Names names, std::string_view metavar, std::string help, std::function<bool(const std::string&)> takes, Setter set);
    // Accepted and not listed in the help: old spellings, and what is here without effect.
    void hide(std::string_view name);

    // The option called `name` is also taken from this environment variable, unless the arguments have it. Of a flag: 1, on, true, yes,
    // enabled, or their opposites. parse() reads them with `environment`.
    void fromEnvironment(std::string_view name, std::string_view variable);
    using Environment = std::function<const char*(const std::string& variable)>; // nullptr: not set
    void readEnvironment(Environment environment) { m_environment = std::move(environment); }

    // Options and other arguments may be mixed; "--" ends the options; long options also as --name=value and with underscores.
    std::expected<std::vector<std::string>, int> parse(Arguments arguments) const;
    // The same for a command whose arguments turned out wrong after parsing: one line, kUsage.
    int misuse(std::string_view what) const;
    std::string help() const;

private:
    struct Option {
        std::vector<std::string> names;
        std::string metavar; // empty: takes no value
        std::string help;
        Setter set;
        bool hidden = false; // the --no- form
        std::function<bool(const std::string&)> takes = {}; // the value may be left out
        std::string variable = {};
        std::size_t negation = 0; // of a flag: the option that is its --no- form, 0: there is none (0 is --help)
    };
    struct Section {
        std::string title;
        std::size_t firstOption;
    };
    const Option* find(std::string_view name) const;
    Option& known(std::string_view name); // it is there
    std::optional<std::string> applyEnvironment(const std::vector<const Option*>& given) const; // what is wrong with it
    std::string command() const; // "corral knock"

    std::string m_usage, m_summary;
    std::vector<Option> m_options;
    std::vector<Section> m_sections;
    Environment m_environment;
};

} // namespace corral::cli
