#pragma once
// Names that come from strangers: what is let through. Everything else is refused, not repaired.
#include <QString>

namespace corral::hub {

bool isRepositoryName(const QString& name); // "owner/name" of the characters that both services allow, at most 256
bool isRevision(const QString& revision);   // branch, tag, "refs/pr/1" or commit
// A path below a folder on any system: relative, no empty part, no "." or "..", no backslash, colon or control character, no name that Windows
// reserves, no part that ends with a dot or blank.
bool isFilePath(const QString& path);
bool isQuantization(const QString& tag);

// One line without control characters, shortened: what may be shown or logged of a stranger's text.
QString plainLine(const QString& text, qsizetype most);

} // namespace corral::hub
