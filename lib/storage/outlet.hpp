// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/units.hpp"

namespace mcast::storage {

/// The end at which a PipeSink passes content on, in order, with SIGPIPE blocked. One thread at a
/// time, but for the functions at the end, from name() on, which any thread may call.
class Outlet {
  public:
    Outlet() = default;
    Outlet(const Outlet&) = delete;
    Outlet& operator=(const Outlet&) = delete;
    virtual ~Outlet() = default;

    /// Writes the first bytes of `content`, at least one, and returns their number. It waits until
    /// the reader takes them. Errors: `cancelled` once it is interrupted, and its own.
    [[nodiscard]] virtual Result<std::size_t> write_some(Bytes content) = 0;
    /// All `size` bytes are written: returns when they have arrived, with the path that they are
    /// at; empty if there is none.
    [[nodiscard]] virtual Result<std::string> finish(ByteCount size) = 0;
    /// Nothing more is written, and what was written is not to be used.
    virtual void abandon() {}

    /// For messages: "standard output".
    [[nodiscard]] virtual std::string name() const = 0;
    /// write_some() returns `cancelled` at once, if it waits now or is called later.
    virtual void interrupt() = 0;
    /// As Sink::left_to_sync().
    [[nodiscard]] virtual ByteCount left_to_sync() const { return 0; }
    /// As Sink::reader_at_work().
    [[nodiscard]] virtual bool reader_at_work() const { return false; }
};

}  // namespace mcast::storage
