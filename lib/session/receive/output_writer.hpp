// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "session/receive/store_outcome.hpp"
#include "session/receive/work_result.hpp"
#include "storage/sink.hpp"

namespace mcast::session {

/// Finishes a receiver's output, which a ContentStore fills: passes on verified content, gives the
/// file its name, or puts it away. All of that may wait for a disk or a reader, so it belongs on
/// the worker's thread; any thread may interrupt the wait for a reader. Owns the sink.
class OutputWriter {
  public:
    /// Takes over the sink, which lives until put_away().
    storage::Sink& adopt(std::unique_ptr<storage::Sink> sink);
    /// Does the task: the result is Released or Finished. Errors: those of the sink.
    [[nodiscard]] Result<WorkResult> run(const OutputTask& task);
    /// Puts the output away; nothing more is written. Returns the path at which received content is
    /// left, if there is any.
    std::optional<std::string> put_away();

    /// Any thread: run() does not wait for a reader any more, until renew().
    void interrupt();
    /// Any thread, once the output is put away: another sink may be adopted.
    void renew();
    /// Any thread: the bytes that run() has yet to bring to the disk.
    [[nodiscard]] ByteCount left_to_sync();
    /// Any thread: run() waits for nothing but a program, which has read all content, to end.
    [[nodiscard]] bool reader_at_work();

  private:
    std::mutex mutex_;  ///< the worker's thread reads sink_ without it, as nobody else changes it
    std::unique_ptr<storage::Sink> sink_;
    bool interrupted_ = false;
};

}  // namespace mcast::session
