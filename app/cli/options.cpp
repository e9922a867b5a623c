#include "app/cli/options.h"

#include "app/cli/console.h"

#include <algorithm>
#include <cassert>
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
    const std::size_t positive = m_options.size() - 1;
    Option negation{.names = {}, .metavar = {}, .help = {}, .set = setTo(false), .hidden = true};
    for (const std::string_view name : names)
        if (name.starts_with("--")) negation.names.push_back("--no-" + std::string(name.substr(2)));
    if (negation.names.empty()) return;
    m_options[positive].negation = m_options.size();
    m_options.push_back(std::move(negation));
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

void OptionTable::append(Names names, std::string_view metavar, std::string help, std::vector<std::string>& target)
{
    add(names, metavar, std::move(help), [&target](const std::string& text) -> std::optional<std::string> {
        target.push_back(text);
        return std::nullopt;
    });
}

void OptionTable::addOptional(Names names, std::string_view metavar, std::string help, std::function<bool(const std::string&)> takes, Setter set)
{
    add(names, metavar, std::move(help), std::move(set));
    m_options.back().takes = std::move(takes);
}

void OptionTable::hide(std::string_view name) { known(name).hidden = true; }

void OptionTable::fromEnvironment(std::string_view name, std::string_view variable) { known(name).variable = variable; }

OptionTable::Option& OptionTable::known(std::string_view name)
{
    const auto it = std::ranges::find_if(m_options, [&](const Option& option) { return std::ranges::contains(option.names, name); });
    assert(it != m_options.end());
    return *it;
}

std::optional<std::string> OptionTable::applyEnvironment(const std::vector<const Option*>& given) const
{
    if (!m_environment) return std::nullopt;
    constexpr std::string_view kYes[] = {"1", "on", "true", "yes", "enabled"}, kNo[] = {"0", "off", "false", "no", "disabled"};
    for (const Option& option : m_options) {
        if (option.variable.empty() || std::ranges::contains(given, &option)) continue;
        if (option.negation != 0 && std::ranges::contains(given, &m_options[option.negation])) continue;
        const char* const value = m_environment(option.variable);
        if (!value || !*value) continue; // empty is as good as unset
        const Option* chosen = &option;
        if (option.metavar.empty()) {
            const bool yes = std::ranges::contains(kYes, value);
            if (!yes && !std::ranges::contains(kNo, value)) return std::format("{}: \"{}\" is neither on nor off", option.variable, value);
            if (!yes && option.negation == 0) continue;
            if (!yes) chosen = &m_options[option.negation];
        }
        if (const auto wrong = chosen->set(value)) return std::format("{}: {}", option.variable, *wrong);
    }
    return std::nullopt;
}

const OptionTable::Option* OptionTable::find(std::string_view name) const
{
    for (const Option& option : m_options)
        if (std::ranges::contains(option.names, name)) return &option;
    return nullptr;
}

std::expected<std::vector<std::string>, int> OptionTable::parse(Arguments arguments) const
{
    std::vector<std::string> rest;
    std::vector<const Option*> given;
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
        } else if (!value && option->takes) {
            if (i + 1 < arguments.size() && option->takes(arguments[i + 1])) value = arguments[++i];
        } else if (!value) {
            if (i + 1 == arguments.size()) return std::unexpected(misuse(std::format("option {} needs {}", name, option->metavar)));
            value = arguments[++i];
        }
        if (const auto wrong = option->set(value.value_or(""))) return std::unexpected(misuse(std::format("option {}: {}", name, *wrong)));
        given.push_back(option);
    }
    if (const auto wrong = applyEnvironment(given)) return std::unexpected(misuse(*wrong));
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
