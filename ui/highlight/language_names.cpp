#include "ui/highlight/language_names.h"

#include <algorithm>
#include <array>

namespace corral::ui {
namespace {

using namespace Qt::StringLiterals;

struct Alias {
    QLatin1StringView tag, definition;
};

// Tags models write that are neither a definition's name nor a file extension (or are the extension of another language).
constexpr std::array kAliases{
    Alias{"python3"_L1, "Python"_L1},
    Alias{"golang"_L1, "Go"_L1},
    Alias{"shell"_L1, "Bash"_L1},
    Alias{"console"_L1, "Bash"_L1},
    Alias{"shellsession"_L1, "Bash"_L1},
    Alias{"terminal"_L1, "Bash"_L1},
    Alias{"jsonc"_L1, "JSON"_L1},
    Alias{"json5"_L1, "JSON"_L1},
    Alias{"jsonl"_L1, "JSON"_L1},
    Alias{"cuda"_L1, "C++"_L1},
    Alias{"cuh"_L1, "C++"_L1},
    Alias{"ocaml"_L1, "Objective Caml"_L1},
    Alias{"fortran"_L1, "Fortran (Free Format)"_L1},
    Alias{"asm"_L1, "Intel x86 (NASM)"_L1},
    Alias{"nasm"_L1, "Intel x86 (NASM)"_L1},
    Alias{"assembly"_L1, "Intel x86 (NASM)"_L1},
    Alias{"svelte"_L1, "HTML"_L1},
    Alias{"vue"_L1, "HTML"_L1},
};

} // namespace

KSyntaxHighlighting::Definition definitionForTag(const KSyntaxHighlighting::Repository& repository, const QString& tag)
{
    const QString name = tag.trimmed().toLower();
    if (name.isEmpty() || name == u"text" || name == u"plaintext" || name == u"txt") return {};
    const auto alias = std::ranges::find_if(kAliases, [&](const Alias& entry) { return entry.tag == name; });
    if (alias != kAliases.end()) return repository.definitionForName(alias->definition);
    if (const auto definition = repository.definitionForName(name); definition.isValid()) return definition;
    const auto byExtension = repository.definitionsForFileName("x."_L1 + name);
    return byExtension.isEmpty() ? KSyntaxHighlighting::Definition() : byExtension.first();
}

} // namespace corral::ui
