using System.Text;

namespace Skyline.Shared;

/// <summary>How a settings file looks as it is shipped: all commented out, with words above each. Pure.</summary>
static class ShippedLines
{
    const int Width = 110;

    public static StringBuilder Comment(this StringBuilder to, string text)
    {
        var line = new StringBuilder("#");
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                to.Append(line).Append('\n');
                line.Clear().Append('#');
            }
            line.Append(' ').Append(word);
        }
        return to.Append(line).Append('\n');
    }

    public static StringBuilder Setting(this StringBuilder to, string name, string value) => to.Append('#').Append(name).Append(" =").Append(value.Length > 0 ? " " : "").Append(value).Append("\n\n");
}
