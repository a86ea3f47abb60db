// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/file_system.hpp"

namespace mcast::test {

/// The real file system, which fails where it is told to and remembers what it was asked.
class FaultyFileSystem final : public storage::FileSystem {
  public:
    enum class Call : std::uint8_t {
        kind,
        create,
        write,
        read,
        resize,
        sync,
        sync_folder,
        rename,
        remove,
        free_space
    };

    /// The nth (from 1) call of that kind from now on fails with `error`, once.
    void fail_at(Call call, int nth, int error) { faults_[call] = {count(call) + nth, error}; }
    /// No write takes more than so many bytes.
    void shorten_writes(std::size_t limit) { write_limit_ = limit; }
    void shorten_reads(std::size_t limit) { read_limit_ = limit; }
    void set_free_space(ByteCount bytes) { free_ = bytes; }

    [[nodiscard]] int count(Call call) const;
    [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }

    storage::SystemResult<Kind> kind_of(const std::string& path) override;
    storage::SystemResult<Kind> kind_of_target(const std::string& path) override;
    storage::SystemResult<int> create(const std::string& path) override;
    void close(int fd) override;
    storage::SystemResult<std::size_t> write_at(int fd, std::span<const iovec> run,
                                                ByteCount offset) override;
    storage::SystemResult<std::size_t> read_at(int fd, MutableBytes out, ByteCount offset) override;
    storage::SystemResult<void> resize(int fd, ByteCount size) override;
    void start_writeback(int fd, ByteCount offset, ByteCount length) override;
    storage::SystemResult<void> sync(int fd) override;
    storage::SystemResult<void> sync_folder(const std::string& path) override;
    storage::SystemResult<void> rename(const std::string& from, const std::string& to,
                                       bool replace) override;
    storage::SystemResult<void> remove(const std::string& path) override;
    storage::SystemResult<ByteCount> free_space(const std::string& path) override;

  private:
    struct Fault {
        int nth;
        int error;
    };
    [[nodiscard]] std::optional<int> fault(Call call);

    storage::FileSystem& real_ = storage::real_file_system();
    std::map<Call, Fault> faults_;
    std::vector<Call> calls_;
    std::optional<std::size_t> write_limit_;
    std::optional<std::size_t> read_limit_;
    std::optional<ByteCount> free_;
};

}  // namespace mcast::test
