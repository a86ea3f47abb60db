// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>

/// Checks an invariant of our own. Nobody could handle a broken one, so it is no error value. Cheap
/// enough to be on in every build; never used on input.
#define MCAST_ASSERT(condition)                                                          \
    do {                                                                                 \
        if (!(condition)) [[unlikely]] {                                                 \
            std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                \
        }                                                                                \
    } while (false)
