using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Skyline.Server.Storage;

namespace Skyline.Pages.Tests;

/// <summary>What a page says without asking for words. In the language that nobody speaks, every sentence stands between ⟦ and ⟧; what stands outside is data, or was forgotten.</summary>
sealed partial class Unsaid(Database database)
{
    readonly HashSet<string> data = Words(database);

    /// <summary>Of this program and of what it speaks of: names, which no language has other words for.</summary>
    static readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase)
    {
        "Skyline", "API", "UTC", "Atom", "SHA-256", "RPM", "SRPM", "NEVRA", "GPG", "OpenPGP", "Ed25519", "Rsa4096", "dnf", "zypper", "GitHub", "GitLab", "Pagure", "Git", "URL", "JSON", "HTTP", "HTTPS", "TLS", "KiB", "MiB", "GiB", "TiB", "kB", "MB", "GB", "Ctrl", "Enter", "Esc", "Fedora", "Linux", "x86_64", "aarch64", "i686", "noarch",
        "src", "rpm", "cron", "en", "ms", "s", "h", "B", "g", "j", "k",
    };

    public async Task<IReadOnlyList<string>> Of(IPage page) =>
        [.. (await page.EvaluateAsync<string[]>(Outside)).Where(text => Word().Matches(text).Any(word => !IsData(word.Value))).Distinct()];

    bool IsData(string word) => word.Length < 2 || word.Any(char.IsAsciiDigit) || names.Contains(word) || data.Contains(word) || word.Split('-', '.', '/', ':', '@', '_').All(part => part.Length < 2 || data.Contains(part) || names.Contains(part) || part.Any(char.IsAsciiDigit));

    /// <summary>All that the database has a name for, word by word.</summary>
    static HashSet<string> Words(Database database) => database.Read(db =>
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in db.All<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
            foreach (var column in db.All<string>("SELECT name FROM pragma_table_info(@table) WHERE type = 'TEXT'", new { table }))
                foreach (var value in db.All<string>($"""SELECT DISTINCT substr("{column}", 1, 4000) FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 2000"""))
                    foreach (Match word in Word().Matches(value))
                    {
                        words.Add(word.Value);
                        words.UnionWith(word.Value.Split('-', '.', '/', ':', '@', '_'));
                    }
        return words;
    });

    /// <summary>Texts and labels outside of brackets, in the order of the page: a sentence's brackets may stand in other elements than its middle.</summary>
    const string Outside = """
        () => {
          const out = [];
          let depth = 0;
          const shown = one => one.checkVisibility?.() !== false;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.nodeType === Node.ELEMENT_NODE) {
              // (A placeholder that is no sentence is an example of what to write.)
              for (const name of ["aria-label", "title", "alt"])
                if (node.getAttribute(name) && shown(node) && !node.matches("time, [data-run-log] *") && !node.closest("[data-data]") && !node.getAttribute(name).includes("⟦")) out.push(node.getAttribute(name));
              continue;
            }
            if (node.parentElement.closest("script, style, code, pre, kbd, time, svg, option, [data-run-log], [data-data]")) continue;
            let text = "";
            for (const letter of node.data) {
              if (letter === "⟦") depth++;
              else if (letter === "⟧") depth = Math.max(0, depth - 1);
              else if (depth === 0) text += letter;
            }
            if (text.trim() && shown(node.parentElement)) out.push(text.trim().replace(/\s+/g, " "));
          }
          out.push(...(document.title.includes("⟦") ? [] : [document.title]));
          return out;
        }
        """;

    [GeneratedRegex(@"[\p{L}\p{N}_@~./:+-]*\p{L}[\p{L}\p{N}_@~/:+-]*")]
    private static partial Regex Word();
}
