#pragma once
#include <algorithm>

namespace corral::generate {

// The context of a session that asks for none: the model's, at most 8192, for a long one would cost gigabytes of cache.
inline int defaultContext(int trainingContext) { return std::min(trainingContext, 8192); }

} // namespace corral::generate
