using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Api;

/// <summary>
/// What the API is, as OpenAPI: /openapi/v1.json, and /openapi/v1-3.0.json in the elder version that many generators of clients read alone. It is made
/// when somebody first asks for it, in a container of its own that is let go afterwards: an appliance that nobody asks spends nothing on it.
/// </summary>
sealed class ApiDocument(IServiceCollection registered, IServiceProvider appliance)
{
    readonly Lock gate = new();
    Task<(byte[] Now, byte[] Elder)>? made;

    /// <param name="name">v1 or v1-3.0; null is answered to every other.</param>
    public async Task<byte[]?> Find(string name, CancellationToken ct)
    {
        if (name is not ("v1" or "v1-3.0")) return null;
        var (now, elder) = await Made().WaitAsync(ct);
        return name == "v1" ? now : elder;
    }

    Task<(byte[] Now, byte[] Elder)> Made()
    {
        lock (gate) return made = made is null or { IsFaulted: true } ? Make(CancellationToken.None) : made;
    }

    async Task<(byte[] Now, byte[] Elder)> Make(CancellationToken ct)
    {
        // Everything is registered, so that it is seen what endpoints are given and what they ask for; asked for is nothing but the document and these.
        var services = new ServiceCollection();
        foreach (var service in registered) ((ICollection<ServiceDescriptor>)services).Add(service);
        services.AddSingleton(appliance.GetRequiredService<EndpointDataSource>()).AddSingleton(appliance.GetRequiredService<IServer>());
        services.ConfigureHttpJsonOptions(json =>
        {
            // Here all records are looked at, and a number is a number: that one in quotes is read too is for clients that cannot help it.
            json.SerializerOptions.TypeInfoResolverChain.Remove(json.SerializerOptions.TypeInfoResolverChain.OfType<LaterJson>().Single());
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi("v1", DescribeApi.By);
        await using var container = services.BuildServiceProvider();
        var document = await container.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync(ct);
        return (await Bytes(document, OpenApiSpecVersion.OpenApi3_1, ct), await Bytes(document, OpenApiSpecVersion.OpenApi3_0, ct));
    }

    static async Task<byte[]> Bytes(OpenApiDocument document, OpenApiSpecVersion version, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, version, ct);
        return bytes.ToArray();
    }
}

static class ApiDocumentEndpoint
{
    public static void AddApiDocument(this IServiceCollection services) => services.AddSingleton(appliance => new ApiDocument(services, appliance));

    public static void MapApiDocument(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/{documentName}.json", async (string documentName, ApiDocument document, CancellationToken ct) =>
            await document.Find(documentName, ct) is { } bytes
                ? Results.Bytes(bytes, "application/json")
                : new Refusal(404, $"There is no description of the API that is called {documentName}; there are v1 (OpenAPI 3.1) and v1-3.0.").AsResult())
            .Needs(Right.Read).ExcludeFromDescription();
}
