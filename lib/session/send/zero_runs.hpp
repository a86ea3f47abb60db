// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/units.hpp"
#include "base/zeros.hpp"
#include "protocol/send/zero_blocks.hpp"

namespace mcast::session {

/// A source as far as it was looked at: `zeros` are the runs that were found since the last time,
/// ascending. A run that goes on is told again with its new end.
struct Scanned {
    std::vector<protocol::ByteRange> zeros;
    ByteCount up_to = 0;
};

/// Finds runs of zeros in content that is looked at from front to end. It looks at whole pages, so
/// that other content costs it a few bytes of each.
class ZeroRuns {
  public:
    /// Shorter runs are not told: hardly any block is as small.
    static constexpr ByteCount kLeast = 32U << 10;

    void add(ByteCount offset, Bytes content) {
        while (!content.empty()) {
            const auto part = static_cast<std::size_t>(
                std::min<ByteCount>(content.size(), kPage - offset % kPage));
            if (all_zero(content.first(part)))
                add_zeros(offset, offset + part);
            else
                found_.up_to = offset + part;
            offset += part;
            content = content.subspan(part);
        }
    }
    /// Content of [begin, end) is zeros.
    void add_zeros(ByteCount begin, ByteCount end) {
        if (end_ != begin) begin_ = begin;
        end_ = found_.up_to = end;
        if (end_ - begin_ < kLeast) return;
        if (!found_.zeros.empty() && found_.zeros.back().begin == begin_)
            found_.zeros.back().end = end_;
        else
            found_.zeros.push_back({begin_, end_});
    }
    [[nodiscard]] ByteCount up_to() const { return found_.up_to; }
    [[nodiscard]] Scanned take() {
        const ByteCount up_to = found_.up_to;
        Scanned taken = std::exchange(found_, {});
        found_.up_to = up_to;
        return taken;
    }

  private:
    static constexpr ByteCount kPage = 4096;

    Scanned found_;
    // The last run.
    ByteCount begin_ = 0;
    ByteCount end_ = 0;
};

}  // namespace mcast::session
