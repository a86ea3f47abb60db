// SPDX-License-Identifier: MIT
#pragma once

// The file of --id-file: it holds the id of the session, on a line, as soon as the session can be
// asked; a reader meets all of it or no file. It stays when the session has ended.

#include <string>

#include "base/result.hpp"

namespace mcast::cli {

class IdFile {
  public:
    /// Before anything is started: takes an old id away, so that nobody reads it, and makes sure
    /// that a new one can be written. An empty path: there is none, and nothing is done. `exists`
    /// when something else than an id is there; errors of the file system otherwise.
    [[nodiscard]] static Result<IdFile> prepare(const std::string& path);

    IdFile(IdFile&& other) noexcept;
    IdFile(const IdFile&) = delete;
    IdFile& operator=(const IdFile&) = delete;
    ~IdFile();

    [[nodiscard]] bool wanted() const { return !path_.empty(); }
    /// Once, and only if it is wanted.
    [[nodiscard]] Result<void> publish(const std::string& session);

  private:
    IdFile() = default;

    std::string path_;
    std::string temporary_;  ///< empty when it is gone
    int descriptor_ = -1;
};

}  // namespace mcast::cli
