// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include <sys/uio.h>

#include "base/units.hpp"

namespace mcast::storage {

/// Knows which parts of a new file were written, in units of a file system's block. Where nothing
/// was written yet, zeros need not be, so a sparse file stays about as sparse as it was. Takes at
/// most 2 MiB of memory, since files from 64 GiB on have larger units. One thread at a time.
class ContentMap {
  public:
    /// A part of a run: from `begin` up to `end`, offsets in the file.
    struct Stretch {
        ByteCount begin;
        ByteCount end;
        friend bool operator==(const Stretch&, const Stretch&) = default;
    };

    explicit ContentMap(ByteCount size);

    /// Appends the stretches of a run at `offset` that have to be written: all but units of zeros
    /// where nothing was written so far. They count as written from then on. The whole run lies
    /// inside the file.
    void cut(ByteCount offset, std::span<const iovec> run, std::vector<Stretch>& out);
    /// Appends the stretches of [begin, end), which is inside the file, where something was
    /// written.
    void written(ByteCount begin, ByteCount end, std::vector<Stretch>& out) const;

  private:
    ByteCount unit_;
    std::vector<bool> written_;
};

}  // namespace mcast::storage
