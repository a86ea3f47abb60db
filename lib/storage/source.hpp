// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// Content to be sent, any part of which can be read at any time; that of a stream while it is
/// available and not released. Any thread, and several at a time.
class Source {
  public:
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// A stream whose end is not known yet has the most that it can have.
    [[nodiscard]] virtual ByteCount size() const = 0;
    /// Content below this offset can be read.
    [[nodiscard]] virtual ByteCount available() const { return size(); }
    /// The bytes that the content takes on its disk, which is less than size() if it is sparse.
    [[nodiscard]] virtual ByteCount stored() const = 0;
    /// The content at `offset` in place, as far as it lies in one piece of memory; empty if it has
    /// to be read(). Reading it never faults while the source lives: if the file was cut short, it
    /// yields zeros, and check() fails from then on. A system call that gets this memory may fail
    /// with EFAULT instead; check() then says why.
    [[nodiscard]] virtual Bytes view(ByteCount offset) const = 0;
    /// Copies the content at `offset`, which is inside size(). Content that was cut off is zeros.
    virtual void read(ByteCount offset, MutableBytes out) const = 0;

    /// Content from `offset` up to there is known to be zeros without being read: a hole of a file.
    [[nodiscard]] virtual ByteCount zeros_end(ByteCount offset) const { return offset; }

    /// Hints, clamped to the size. The range will be read soon, or will not be read again soon.
    virtual void will_need(ByteCount offset, ByteCount length) = 0;
    virtual void done_with(ByteCount offset, ByteCount length) = 0;

    /// Some content was zeros instead, since it was cut off or its disk failed; check() says which.
    [[nodiscard]] virtual bool faulted() const { return false; }

    /// If it differs from an earlier one, the content may have changed in between, and has to be
    /// read again and compared. It also changes for harmless reasons: a new name or mode, a touch.
    using Stamp = std::array<std::int64_t, 4>;

    /// Errors: source_changed, with the change, if the content cannot be the same as when it was
    /// opened; io if it could not be read. To be called now and then, and before success is
    /// declared.
    [[nodiscard]] virtual Result<Stamp> check() = 0;
    /// A reason to expect that the content changes while it is sent; empty if there is none.
    [[nodiscard]] virtual std::string caution() const { return {}; }
    /// The error to report if the content was found to differ.
    [[nodiscard]] virtual Error changed() const = 0;

  protected:
    Source() = default;
};

/// Opens the source that a path means. Errors: those of FileSource::open and DeviceSource::open.
[[nodiscard]] Result<std::unique_ptr<Source>> open_source(const std::string& path);

}  // namespace mcast::storage
