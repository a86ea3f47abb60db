// SPDX-License-Identifier: MIT
#pragma once

// A table for a terminal of a given width. Cells may hold anything: they are made printable here.
// Columns that are empty in every row are left out; flexible ones give way, the widest first, and
// their cells lose their middle. Not thread-safe; owns its cells.

#include <cstddef>
#include <string>
#include <vector>

namespace mcast::cli {

struct Column {
    enum class Align : bool { left, right };
    std::string header;
    Align align = Align::left;
    std::size_t narrowest = 0;  ///< of a flexible column; 0: fixed, as wide as its widest cell
};

class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// One cell a column. The note, if any, goes on a line of its own below, indented.
    void add(std::vector<std::string> cells, const std::string& note = {});

    /// With a line feed after each line, none longer than `width` columns unless the fixed columns
    /// alone are.
    [[nodiscard]] std::string render(std::size_t width) const;

  private:
    struct Row {
        std::vector<std::string> cells;
        std::string note;
    };
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t width) const;
    [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                   const std::vector<std::size_t>& widths) const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

}  // namespace mcast::cli
