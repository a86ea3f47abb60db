// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
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
        identify,
        create,
        create_unnamed,
        write,
        read,
        resize,
        make_zero,
        sync,
        await_writeback,
        sync_folder,
        rename,
        rename_new,
        link,
        remove,
        free_space,
        open_device,
        device_size,
        reread_partitions
    };

    /// The nth (from 1) call of that kind from now on fails with `error`, once.
    void fail_at(Call call, int nth, int error) { faults_[call] = {count(call) + nth, error}; }
    /// Every call of that kind fails from now on, as on a file system that has no such call.
    void lack(Call call, int error) { lacking_[call] = error; }
    /// No write takes more than so many bytes.
    void shorten_writes(std::size_t limit) { write_limit_ = limit; }
    void shorten_reads(std::size_t limit) { read_limit_ = limit; }
    void set_free_space(std::optional<ByteCount> bytes) { free_ = bytes; }

    /// Something that another process does just before each call of that kind.
    void before(Call call, std::function<void()> action) { before_[call] = std::move(action); }

    [[nodiscard]] int count(Call call) const;
    [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }

    storage::SystemResult<Kind> kind_of(const std::string& path) override;
    storage::SystemResult<Kind> kind_of_target(const std::string& path) override;
    storage::SystemResult<FileId> identify(int fd) override;
    storage::SystemResult<FileId> identify(const std::string& path) override;
    storage::SystemResult<std::string> read_link(const std::string& path) override {
        return real_.read_link(path);
    }
    storage::SystemResult<int> create_unnamed(const std::string& folder) override;
    storage::SystemResult<int> create(const std::string& path) override;
    /// A regular file stands for a device.
    storage::SystemResult<int> open_device(const std::string& path) override;
    storage::SystemResult<ByteCount> device_size(int fd) override;
    storage::SystemResult<void> reread_partitions(int fd) override;
    void close(int fd) override;
    storage::SystemResult<std::size_t> write_at(int fd, std::span<const iovec> run,
                                                ByteCount offset) override;
    storage::SystemResult<std::size_t> read_at(int fd, MutableBytes out, ByteCount offset) override;
    storage::SystemResult<void> resize(int fd, ByteCount size) override;
    storage::SystemResult<void> make_zero(int fd, ByteCount offset, ByteCount length) override;
    void start_writeback(int fd, ByteCount offset, ByteCount length) override;
    storage::SystemResult<void> sync(int fd) override;
    storage::SystemResult<void> await_writeback(int fd, ByteCount offset,
                                                ByteCount length) override;
    storage::SystemResult<void> sync_folder(const std::string& path) override;
    storage::SystemResult<void> rename(const std::string& from, const std::string& to) override;
    storage::SystemResult<void> rename_new(const std::string& from, const std::string& to) override;
    storage::SystemResult<void> link(const std::string& from, const std::string& to) override;
    storage::SystemResult<void> remove(const std::string& path) override;
    storage::SystemResult<std::optional<ByteCount>> free_space(const std::string& path) override;

  private:
    struct Fault {
        int nth;
        int error;
    };
    [[nodiscard]] std::optional<int> fault(Call call);

    storage::FileSystem& real_ = storage::real_file_system();
    std::map<Call, Fault> faults_;
    std::map<Call, int> lacking_;
    std::map<Call, std::function<void()>> before_;
    std::vector<Call> calls_;
    std::optional<std::size_t> write_limit_;
    std::optional<std::size_t> read_limit_;
    std::optional<std::optional<ByteCount>> free_;
};

}  // namespace mcast::test
