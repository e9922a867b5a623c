#pragma once
// Where the desktop keeps passwords. Each call may make the desktop ask its user to unlock a wallet.
#include "core/base/error.h"

#include <QString>

#include <functional>
#include <memory>

namespace corral::hub {

class SecretService {
public:
    using Answer = std::function<void(Result<QString>)>; // on this thread, with an event loop; never after this object's end

    virtual ~SecretService() = default;
    virtual void read(const QString& key, Answer answer) = 0; // NotFound: nothing of that name
    virtual void write(const QString& key, const QString& text, Answer answer) = 0;
    virtual void remove(const QString& key, Answer answer) = 0; // well also when there was nothing
    static std::unique_ptr<SecretService> ofDesktop();
};

} // namespace corral::hub
