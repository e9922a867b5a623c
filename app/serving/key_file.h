#pragma once
// The server's API key, in a file that only its user can read: `corral server --api-key-file` reads the same one.
#include "core/base/error.h"

#include <QString>

namespace corral::app {

class KeyFile {
public:
    explicit KeyFile(QString path); // reads it
    const QString& path() const { return m_path; }
    const QString& key() const { return m_key; } // empty: none is asked for
    Result<void> set(const QString& key);        // an empty one takes the file away
    static QString generate();                   // "sk-…", with more randomness than anybody can try

private:
    const QString m_path;
    QString m_key;
};

} // namespace corral::app
