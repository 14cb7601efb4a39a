using Microsoft.OpenApi;

namespace Skyline.Server.Api;

/// <summary>What is null is left out of an answer, and may be of a request: so what may be null is not required, and a reference need not be one to null too.</summary>
static class LeaveNullsOut
{
    public static void Of(OpenApiDocument document)
    {
        foreach (var schema in (document.Components?.Schemas?.Values ?? []).OfType<OpenApiSchema>())
            foreach (var (name, property) in schema.Properties?.ToList() ?? [])
            {
                if (!MayBeNull(property)) continue;
                schema.Required?.Remove(name);
                if (property.OneOf is [{ Type: JsonSchemaType.Null }, OpenApiSchemaReference there]) schema.Properties![name] = there;
            }
    }

    static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) ?? schema.OneOf?.Any(one => one.Type == JsonSchemaType.Null) ?? false;
}
