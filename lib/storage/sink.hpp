// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>

#include <sys/uio.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// The place for received content. Content comes in pieces at any offset within window(), is read
/// back for repair and verification, is released from the front once it is verified, and gets its
/// final name by finish().
///
/// One thread at a time, but for interrupt(), and for release() of a sink in memory. A sink that is
/// destroyed unfinished is abandoned.
class Sink {
  public:
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// Writes a run of any number of pieces, one after the other, at `offset`, completely. Content
    /// outside the size or the window is an error (internal).
    [[nodiscard]] virtual Result<void> write(ByteCount offset, std::span<const iovec> run) = 0;

    /// Content of [begin, end) is zeros, whatever was written there. As write().
    [[nodiscard]] virtual Result<void> write_zeros(ByteCount begin, ByteCount end);

    /// Zeros may take as long as other content: something else may be there.
    [[nodiscard]] virtual bool zeros_take_time() const { return false; }

    /// Reads content at `offset`. Content that was never written is undefined, not an error.
    [[nodiscard]] virtual Result<void> read(ByteCount offset, MutableBytes out) = 0;

    /// The content at `offset` in place, as far as it lies in one piece of memory; empty if it has
    /// to be read(). Valid until it is released. Later writes show in it.
    [[nodiscard]] virtual Bytes view(ByteCount /*offset*/) const { return {}; }

    /// The content ends there, which was not known before: nothing beyond has been written.
    [[nodiscard]] virtual Result<void> end_at(ByteCount size) = 0;

    /// Empty if any offset can be written at any time, else only [released, released + window) can.
    [[nodiscard]] virtual std::optional<ByteCount> window() const = 0;

    /// All content below `up_to` is verified and will not be written again. An ordered sink passes
    /// it on, and returns when its reader has taken it.
    [[nodiscard]] virtual Result<void> release(ByteCount up_to) = 0;

    /// All content is there and verified: puts it safely under its final name, and returns that
    /// name, empty if it has none. After an error call abandon().
    [[nodiscard]] virtual Result<std::string> finish() = 0;

    /// The transfer failed. Content that was received is left under a .part name, which is
    /// returned; if nothing was received, nothing is left. A second call, or one after finish(),
    /// does nothing.
    virtual std::optional<std::string> abandon() = 0;

    /// After finish(), the content turned out to be wrong. It gets its .part name back, if
    /// possible, and that is returned. Before finish() this does nothing.
    virtual std::optional<std::string> take_back() { return {}; }

    /// True if write(), read() and view() only touch memory and never wait, and another thread may
    /// call release() meanwhile.
    [[nodiscard]] virtual bool in_memory() const { return false; }

    /// Any thread: the bytes that finish() has yet to bring to the disk; 0 while it does not run.
    [[nodiscard]] virtual ByteCount left_to_sync() const { return 0; }

    /// Any thread: finish() waits for nothing but a program, which has read all content, to end.
    [[nodiscard]] virtual bool reader_at_work() const { return false; }

    /// Any thread: release() returns `cancelled` at once, if it waits now or is called later.
    virtual void interrupt() {}

  protected:
    Sink() = default;
};

}  // namespace mcast::storage
