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

/// Content to be sent, all of it addressable at any time. The content is read from several
/// threads; the functions may be called from any.
class Source {
  public:
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    [[nodiscard]] virtual ByteCount size() const = 0;
    /// What the content takes on its disk: less than size() where it is sparse.
    [[nodiscard]] virtual ByteCount stored() const = 0;
    /// Content at `offset` where it lies, as far as that is in one piece of memory; empty: it has
    /// to be read(). Never faults while the source lives: where the content vanished underneath,
    /// zeros are read and check() fails from then on. A system call that is handed this memory may
    /// fail with EFAULT instead; then ask check() for the reason.
    [[nodiscard]] virtual Bytes view(ByteCount offset) const = 0;
    /// Copies what lies at `offset` and is inside size(); what vanished as above.
    virtual void read(ByteCount offset, MutableBytes out) const = 0;

    /// Hints, clamped to the size: the range is read soon; the range is not read again soon.
    virtual void will_need(ByteCount offset, ByteCount length) = 0;
    virtual void done_with(ByteCount offset, ByteCount length) = 0;

    /// Differs from an earlier one when the content may have changed in between: then what was read
    /// before has to be read again and compared. It also moves for harmless reasons: a new name or
    /// mode, a touch.
    using Stamp = std::array<std::int64_t, 4>;

    /// source_changed, with what changed, when the content cannot be what it was when it was
    /// opened; io when it could not be read. To be called now and then, and before success is
    /// declared.
    [[nodiscard]] virtual Result<Stamp> check() = 0;
    /// The error of content that was found to differ from what it was.
    [[nodiscard]] virtual Error changed() const = 0;

  protected:
    Source() = default;
};

/// The source that a path means. Errors as of FileSource::open.
[[nodiscard]] Result<std::unique_ptr<Source>> open_source(const std::string& path);

}  // namespace mcast::storage
