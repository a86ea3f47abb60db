// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include <sys/uio.h>

#include "base/units.hpp"

namespace mcast::storage {

/// Which parts of a new file hold content, in units of a block of a file system: zeros need not be
/// written where nothing was, so that a sparse file stays about as sparse as it was. At most 2 MiB
/// of memory: the units of files from 64 GiB on are larger. One thread at a time.
class ContentMap {
  public:
    /// A part of a run: from `begin` up to `end`, offsets in the file.
    struct Stretch {
        ByteCount begin;
        ByteCount end;
        friend bool operator==(const Stretch&, const Stretch&) = default;
    };

    explicit ContentMap(ByteCount size);

    /// Appends what has to be written of a run at `offset`, all of which is inside the file: all
    /// but units of zeros where nothing was written so far. It counts as written from then on.
    void cut(ByteCount offset, std::span<const iovec> run, std::vector<Stretch>& out);

  private:
    ByteCount unit_;
    std::vector<bool> written_;
};

}  // namespace mcast::storage
