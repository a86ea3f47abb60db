// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <vector>

#include <sys/uio.h>

#include "base/bytes.hpp"

namespace mcast::test {

/// `content` as a run of pieces of that size, like the symbols of a batch.
inline std::vector<iovec> pieces_of(Bytes content, std::size_t piece) {
    std::vector<iovec> run;
    for (std::size_t at = 0; at < content.size(); at += piece)
        run.push_back(
            {const_cast<std::uint8_t*>(content.data()) + at, std::min(piece, content.size() - at)});
    return run;
}

}  // namespace mcast::test
