#include "app/cli/options.h"

#include "app/cli/console.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace corral::cli {

namespace {

// Insertions, deletions, substitutions and swaps of neighbours that make one word the other.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

// "-" is a file and -1 a number.
bool looksLikeOption(const std::string& argument)
{
    return argument.size() > 1 && argument[0] == '-' && !(argument[1] >= '0' && argument[1] <= '9');
}

} // namespace

std::string_view nearest(std::string_view wanted, const std::vector<std::string_view>& names)
{
    constexpr std::size_t kLongestWord = 64; // longer ones are like no name of ours, whatever their end
    std::string_view best;
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const std::string_view name : names)
        if (const std::size_t distance = editDistance(wanted.substr(0, kLongestWord), name); distance < least) {
            least = distance;
            best = name;
        }
    return best;
}

OptionTable::OptionTable(std::string usage, std::string summary) : m_usage(std::move(usage)), m_summary(std::move(summary))
{
    add({"-h", "--help"}, "", "this text", {});
}

void OptionTable::section(std::string title) { m_sections.push_back({std::move(title), m_options.size()}); }

void OptionTable::add(Names names, std::string_view metavar, std::string help, Setter set)
{
    m_options.push_back({.names = {names.begin(), names.end()}, .metavar = std::string(metavar), .help = std::move(help), .set = std::move(set)});
}

void OptionTable::flag(Names names, std::string help, bool& target)
{
    const auto setTo = [&target](bool value) {
        return [&target, value](const std::string&) -> std::optional<std::string> {
            target = value;
            return std::nullopt;
        };
    };
    add(names, "", target ? help + " (on; --no-… turns it off)" : std::move(help), setTo(true));
    Option negation{.names = {}, .metavar = {}, .help = {}, .set = setTo(false), .hidden = true};
    for (const std::string_view name : names)
        if (name.starts_with("--")) negation.names.push_back("--no-" + std::string(name.substr(2)));
    if (!negation.names.empty()) m_options.push_back(std::move(negation));
}

void OptionTable::value(Names names, std::string_view metavar, std::string help, std::string& target)
{
    add(names, metavar, std::move(help), [&target](const std::string& text) -> std::optional<std::string> {
        target = text;
        return std::nullopt;
    });
}

void OptionTable::value(Names names, std::string_view metavar, std::string help, std::filesystem::path& target)
{
    add(names, metavar, std::move(help), [&target](const std::string& text) -> std::optional<std::string> {
        target = text;
        return std::nullopt;
    });
}

const OptionTable::Option* OptionTable::find(const std::string& name) const
{
    for (const Option& option : m_options)
        if (std::ranges::contains(option.names, name)) return &option;
    return nullptr;
}

std::expected<std::vector<std::string>, int> OptionTable::parse(Arguments arguments) const
{
    std::vector<std::string> rest;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--") {
            rest.insert(rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
            break;
        }
        if (!looksLikeOption(argument)) {
            rest.push_back(argument);
            continue;
        }
        std::string name = argument;
        std::optional<std::string> value;
        const Option* option = find(name);
        if (!option && argument.starts_with("--")) {
            if (const auto equals = argument.find('='); equals != std::string::npos) {
                name = argument.substr(0, equals);
                value = argument.substr(equals + 1);
            }
            std::ranges::replace(name, '_', '-');
            option = find(name);
        }
        if (!option) {
            std::vector<std::string_view> names;
            for (const Option& known : m_options) names.insert(names.end(), known.names.begin(), known.names.end());
            return std::unexpected(misuse(std::format("unknown option {}; the nearest is {}", name, nearest(name, names))));
        }
        if (name == "-h" || name == "--help") {
            print(help());
            return std::unexpected(kFine);
        }
        if (option->metavar.empty()) {
            if (value) return std::unexpected(misuse(std::format("option {} takes no value", name)));
        } else if (!value) {
            if (i + 1 == arguments.size()) return std::unexpected(misuse(std::format("option {} needs {}", name, option->metavar)));
            value = arguments[++i];
        }
        if (const auto wrong = option->set(value.value_or(""))) return std::unexpected(misuse(std::format("option {}: {}", name, *wrong)));
    }
    return rest;
}

int OptionTable::misuse(std::string_view what) const
{
    complain(std::format("{}: {} (see {} --help)", command(), what, command()));
    return kUsage;
}

std::string OptionTable::command() const
{
    const auto program = m_usage.find(' ');
    return m_usage.substr(0, m_usage.find(' ', program + 1));
}

std::string OptionTable::help() const
{
    constexpr std::size_t kHelpColumn = 34;
    std::string text = "usage: " + m_usage + "\n\n" + m_summary + "\n\noptions:\n";
    auto section = m_sections.begin();
    for (std::size_t i = 0; i < m_options.size(); ++i) {
        for (; section != m_sections.end() && section->firstOption == i; ++section) text += "\n" + section->title + ":\n";
        const Option& option = m_options[i];
        if (option.hidden) continue;
        std::string line = "  ";
        for (const std::string& name : option.names) line += (line.size() > 2 ? ", " : "") + name;
        if (!option.metavar.empty()) line += " " + option.metavar;
        if (line.size() + 2 > kHelpColumn) text += line + "\n" + std::string(kHelpColumn, ' ');
        else text += line + std::string(kHelpColumn - line.size(), ' ');
        text += option.help + "\n";
    }
    return text;
}

} // namespace corral::cli
