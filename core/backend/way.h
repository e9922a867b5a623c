#pragma once
// Rounding differs with the number of tokens that are computed at once, and one other rounding is enough for another answer. Whoever wants the same
// answer whoever is being answered beside it says here what a token's numbers must not depend on.

namespace corral::backend {

enum class Way {
    Fastest, // for so many tokens
    AsFew,   // as few: however many there are (up to 64), each token gets what it would get alone
    AsMany,  // as many: however few there are, each token gets what it would get in a long prompt; mixtures of experts only nearly (kernels/matmul.h)
};

} // namespace corral::backend
