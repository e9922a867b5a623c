#pragma once
#include <QFuture>

namespace corral::hub {

// An answer that nobody waits for any more. Qt (6.8) walks along continuations that are gone when a future is cancelled that has finished.
template <class T> void abandon(QFuture<T>& future)
{
    if (!future.isFinished()) future.cancel();
    future = {};
}

} // namespace corral::hub
