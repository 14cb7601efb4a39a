using System.Runtime.CompilerServices;
using System.Text;
using OtpNet;
using QRCoder;

namespace Skyline.Server.SecondFactors;

/// <summary>A secret as apps take it: an otpauth address, as a picture and as letters to type.</summary>
/// <param name="Picture">SVG.</param>
sealed record ShowSecret(string Letters, string Address, string Picture)
{
    public static ShowSecret Of(byte[] secret, string person, string server)
    {
        var letters = Base32Encoding.ToString(secret);
        var address = $"otpauth://totp/{Uri.EscapeDataString($"{server}:{person}")}?secret={letters}&issuer={Uri.EscapeDataString(server)}";
        return new(string.Join(' ', letters.Chunk(4).Select(part => new string(part))), address, Draw(address));
    }

    /// <summary>(Alone, so that the library that draws is loaded by who looks at a picture.)</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static string Draw(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var (modules, path) = (data.ModuleMatrix, new StringBuilder());
        for (var y = 0; y < modules.Count; y++)
            for (var x = 0; x < modules.Count; x++)
                if (modules[y][x]) path.Append(System.Globalization.CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        return $"""<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="The secret as a picture for an app" width="220" height="220" viewBox="0 0 {modules.Count} {modules.Count}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{path}"/></svg>""";
    }
}
