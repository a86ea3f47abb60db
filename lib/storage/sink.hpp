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

/// Where received content goes. Content comes in pieces at any offset within window(), is read
/// back for repair and verification, is released from the front once verified, and appears under
/// its final name with finish().
///
/// One thread at a time, but for interrupt(), and for release() of a sink in memory. A sink that is
/// destroyed unfinished is abandoned.
class Sink {
  public:
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// Puts a run of pieces, one after the other, at `offset`: all of it, or an error. Any number
    /// of pieces. What lies outside the size or the window is an error (internal).
    [[nodiscard]] virtual Result<void> write(ByteCount offset, std::span<const iovec> run) = 0;

    /// Content at `offset`; what was never written is undefined, not an error.
    [[nodiscard]] virtual Result<void> read(ByteCount offset, MutableBytes out) = 0;

    /// The same where it lies, as far as that is in one piece of memory; empty: it has to be
    /// read(). Valid until it is released, and shows what is written there meanwhile.
    [[nodiscard]] virtual Bytes view(ByteCount /*offset*/) const { return {}; }

    /// Empty: any offset may be written at any time. Else only [released, released + window).
    [[nodiscard]] virtual std::optional<ByteCount> window() const = 0;

    /// All content below is verified and will not be written again. An ordered sink writes it
    /// out, and returns when its reader has taken it.
    [[nodiscard]] virtual Result<void> release(ByteCount up_to) = 0;

    /// All content is there and verified: puts it safely under its final name, which is the
    /// result. After an error, abandon().
    [[nodiscard]] virtual Result<std::string> finish() = 0;

    /// The transfer failed. What was received so far is left under a .part name, which is the
    /// result; if nothing was received, nothing is left. No effect after finish() or twice.
    virtual std::optional<std::string> abandon() = 0;

    /// After finish(): the content was not what was sent. It goes back under its .part name, where
    /// that can be, which is the result. No effect before.
    virtual std::optional<std::string> take_back() { return {}; }

    /// write(), read() and view() only touch memory and never wait, and another thread may be in
    /// release() meanwhile.
    [[nodiscard]] virtual bool in_memory() const { return false; }

    /// From any thread: what finish() has yet to bring to the disk; 0 when it does not run.
    [[nodiscard]] virtual ByteCount left_to_sync() const { return 0; }

    /// From any thread: a release() that waits, or is called later, returns `cancelled` at once.
    virtual void interrupt() {}

  protected:
    Sink() = default;
};

}  // namespace mcast::storage
