#pragma once
// From the tag after a code fence to a KSyntaxHighlighting definition.
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Repository>

#include <QString>

namespace corral::ui {

// Tries the definition's name, then the tag as a file extension, then our aliases. An invalid Definition means plain text.
KSyntaxHighlighting::Definition definitionForTag(const KSyntaxHighlighting::Repository& repository, const QString& tag);

} // namespace corral::ui
