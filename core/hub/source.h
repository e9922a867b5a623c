#pragma once
// What people type to name a model on a hub: "hf:USER/REPO", "hf:USER/REPO:Q4_K_M", "hf:USER/REPO/folder/file.gguf", "ms:…", a page's or a file's
// web address ("https://huggingface.co/USER/REPO/resolve/main/file.gguf"), or the address of any other file.
#include "core/base/error.h"

#include <QMetaType>
#include <QString>
#include <QUrl>

#include <optional>

namespace corral::hub {

enum class Service { HuggingFace, ModelScope };

// A repository and its state at a time. revision: branch, tag or commit; empty: the service's default (main, master).
struct RepositoryId {
    Service service = Service::HuggingFace;
    QString name; // "owner/name"
    QString revision;
    bool operator==(const RepositoryId&) const = default;
};

struct Source {
    std::optional<RepositoryId> repository; // none: a plain address
    QString quantization;                   // "Q4_K_M" after a colon
    QString file;                           // path in the repository
    QUrl url;                               // of a plain address
};
// InvalidArgument with what is wrong. Names from strangers: nothing but the characters that the services allow, no "..".
Result<Source> parseSource(const QString& text);
// "hf:USER/REPO" and so on: what parseSource() reads back.
QString toString(const RepositoryId& repository);

} // namespace corral::hub
